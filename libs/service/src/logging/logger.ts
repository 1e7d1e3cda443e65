import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { LogLevel } from '../configuration/service-config.js';
import { censor, describeError, redactText } from './redact.js';

export type { Logger } from 'pino';

// Thousands of requests a second are a few hundred writes, and nobody waits longer than this for a line.
const STDOUT = { fd: 1, sync: false, minLength: 4_096 };
const GATHER_MS = 100;
const WARN = 40;

/**
 * The process's one logger: JSON lines on stdout, levels as words, times in ISO 8601. Writing does not
 * block the event loop, and gathers what comes within a tenth of a second, up to a warning: that is what a
 * process which is killed may leave unsaid. `flush()` before it ends by itself.
 */
export function createLogger(
  options: { service: string; level: LogLevel },
  destination: DestinationStream = pino.destination(STDOUT),
): Logger {
  const flushing = flusher(destination);
  return pino(
    {
      level: options.level,
      base: { service: options.service, pid: process.pid },
      timestamp: isoTime,
      formatters: { level: (label) => ({ level: label }), log: censor },
      serializers: { err: (error: unknown) => describeError(error) },
      hooks: {
        logMethod(args, method, level) {
          const last = args.length - 1;
          const text: unknown = args[last];
          if (typeof text === 'string') (args as unknown[])[last] = redactText(text);
          method.apply(this, args);
          flushing(level);
        },
      },
    },
    destination,
  );
}

/** Sends lines on their way soon after the first of them, and with a warning at once. */
function flusher(destination: DestinationStream & { flush?: () => void }): (level: number) => void {
  let waiting: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    destination.flush?.();
  };
  return (level) => {
    if (level >= WARN) flush();
    else waiting ??= setTimeout(flush, GATHER_MS).unref();
  };
}

let lastMs = 0;
let lastText = '';

/** ISO 8601; lines of one millisecond share the text, which costs more to make than all else of a line. */
function isoTime(): string {
  const nowMs = Date.now();
  if (nowMs !== lastMs) {
    lastMs = nowMs;
    lastText = `,"time":"${new Date(nowMs).toISOString()}"`;
  }
  return lastText;
}
