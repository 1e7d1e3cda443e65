import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

// What Nest says about itself while it starts: thirty lines per process that matter only when it does not.
const CHATTY = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Lets Nest, and everything that uses Nest's `Logger`, write through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const context = contextOf(rest);
    this.write(CHATTY.has(context ?? '') ? 'debug' : 'info', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = contextOf(rest);
    const facts = context === undefined ? {} : { context };
    if (message instanceof Error) {
      this.logger[level]({ ...facts, err: message }, message.message);
    } else if (typeof message === 'object' && message !== null) {
      const { message: text, ...others } = message as Record<string, unknown>;
      this.logger[level]({ ...facts, ...others }, typeof text === 'string' ? text : undefined);
    } else {
      // Nest passes the stack of an error as the second argument.
      const stack = rest.length > 1 && typeof rest[0] === 'string' ? { stack: rest[0] } : {};
      this.logger[level]({ ...facts, ...stack }, String(message));
    }
  }
}

/** Nest's convention: the last further argument names who speaks. */
function contextOf(rest: unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}
