import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { LogLevel } from '../configuration/service-config.js';
import { censor, describeError, redactText } from './redact.js';

export type { Logger } from 'pino';

/**
 * The process's one logger: JSON lines on stdout, levels as words, times in ISO 8601. Writing does not
 * block the event loop; `flush()` before the process ends.
 */
export function createLogger(
  options: { service: string; level: LogLevel },
  destination: DestinationStream = pino.destination({ fd: 1, sync: false }),
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
