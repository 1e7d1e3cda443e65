import { CommanderError } from 'commander';
import { reportError } from './output.js';
import { buildProgram } from './program.js';
import { CommandRefused } from './refusal.js';

const EXIT_USAGE = 2;

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode =
    error instanceof CommanderError
      ? usageExitCode(error, process.argv)
      : reportError(error, process.argv);
}

/** Commander has told people already; a program that asked for JSON gets its document all the same. */
function usageExitCode({ exitCode, message }: CommanderError, args: readonly string[]): number {
  if (exitCode === 0) return 0;
  const asksForJson = args.includes('--json') || args.includes('--json-lines');
  if (!asksForJson) return EXIT_USAGE;
  const told = message.replace(/^error: /, '');
  return reportError(new CommandRefused('USAGE', told), args);
}
