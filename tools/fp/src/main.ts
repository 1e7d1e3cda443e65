import { CommanderError } from 'commander';
import { reportError } from './output.js';
import { buildProgram } from './program.js';

const EXIT_USAGE = 2;

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode =
    error instanceof CommanderError
      ? error.exitCode && EXIT_USAGE
      : reportError(error, process.argv);
}
