import { type Command, InvalidArgumentError } from 'commander';
import type { CommonOptions } from '../context.js';
import { meanFleet } from '../output.js';

/** What a command's module exports under the command's name; answers with the exit code. */
export type Action = (options: never, ...args: string[]) => Promise<number>;

export function running(command: Command): Command {
  return common(command)
    .option('--on-error <what>', 'stop | continue', oneOf('stop', 'continue'), 'stop')
    .option('--parallel <n>', 'databases side by side', count, 1)
    .option('--skip-unreachable', 'go on without databases that do not answer')
    .option('--allow-data-loss', 'rows may be lost')
    .option('--backup <dir>', 'pg_dump what will be changed into this folder, before anything is')
    .option('--backup-command <command>', 'let a shell command make the backups instead')
    .option('--notify <url>', 'POST the report there when the run does not end well, signed')
    .option('--notify-always', 'also when it does')
    .option('--json-lines', 'every event as a line of JSON while it happens, the report last')
    .option('--lock-wait <seconds>', "wait for another run's lock; default 30", seconds)
    .option('--lock-timeout <duration>', "a migration's wait for a table; default 3s", duration)
    .option('--retry-budget <seconds>', 'go on retrying a blocked migration; default 60', seconds);
}

export function common(command: Command): Command {
  return command
    .option('--only <names>', 'these databases alone', list)
    .option('--skip <names>', 'all but these', list)
    .option('--fleet <file>', 'default: migrations/fleet.yaml of the checkout')
    .option('--env <name>', 'the environment that is meant: production, staging, …')
    .option('--yes', 'do not ask')
    .option('--accept-sqlalchemy-urls', 'take postgresql+driver:// with a warning')
    .option('--json', 'machine-readable');
}

/** Commander hands over (…arguments, options, command); the command's code gets (options, …arguments). */
export function run(load: () => Promise<Action>): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const options = args.at(-2) as CommonOptions;
    const positional = args.slice(0, -2).flat() as string[];
    meanFleet(options.fleet);
    const action = await load();
    process.exitCode = await action(options as never, ...positional);
  };
}

export function list(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(',').filter(Boolean)];
}

export function count(text: string): number {
  return number(text, /^[1-9]\d{0,3}$/, 'a whole number from 1 to 9999');
}

export function seconds(text: string): number {
  return number(text, /^\d{1,5}(\.\d{1,3})?$/, 'seconds, e.g. 30 or 0.5');
}

export function digits(text: string): string {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('expected digits, e.g. 7');
  return text;
}

function number(text: string, form: RegExp, expected: string): number {
  if (!form.test(text)) throw new InvalidArgumentError(`expected ${expected}`);
  return Number(text);
}

export function duration(text: string): string {
  if (!/^\d{1,6}(ms|s|min)$/.test(text)) throw new InvalidArgumentError('expected e.g. 500ms, 10s');
  return text;
}

export function oneOf(...allowed: string[]): (text: string) => string {
  return (text) => {
    if (!allowed.includes(text)) throw new InvalidArgumentError(`one of ${allowed.join(', ')}`);
    return text;
  };
}
