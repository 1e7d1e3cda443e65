import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { LogLevel } from '../configuration/service-config.js';
import { censor, describeError, redactText } from './redact.js';

export type { Logger } from 'pino';

// Thousands of requests a second are a few hundred writes, and nobody waits longer than this for a line.
const STDOUT = { fd: 1, sync: false, minLength: 4_096, periodicFlush: 100 };

/**
 * The process's one logger: JSON lines on stdout, levels as words, times in ISO 8601. Writing does not
 * block the event loop, and gathers what comes within a tenth of a second; `flush()` before the process ends.
 */
export function createLogger(
  options: { service: string; level: LogLevel },
  destination: DestinationStream = pino.destination(STDOUT),
): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service, pid: process.pid },
      timestamp: isoTime,
      formatters: { level: (label) => ({ level: label }), log: censor },
      serializers: { err: (error: unknown) => describeError(error) },
      hooks: {
        logMethod(args, method) {
          const last = args.length - 1;
          const text: unknown = args[last];
          if (typeof text === 'string') (args as unknown[])[last] = redactText(text);
          method.apply(this, args);
        },
      },
    },
    destination,
  );
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
