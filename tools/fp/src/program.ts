import { Command } from 'commander';
import { addAudit } from './program/audit.js';
import { addDatabases } from './program/databases.js';
import { addEvents } from './program/events.js';
import { addMigrate } from './program/migrate.js';
import { common, list, run } from './program/options.js';
import { addSecrets } from './program/secrets.js';
import { addVerify } from './program/verify.js';

const VERSION = '0.1.0';

/**
 * The tree of commands. Only names and options stand here: a command's code is loaded when it is run,
 * so `fp --help` does not wait for a database driver.
 */
export function buildProgram(): Command {
  const program = new Command('fp')
    .description('Databases and migrations of Fusion Prime')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError();
  addDatabases(program);
  addMigrate(program);
  addEvents(program);
  addSecrets(program);
  common(program.command('health').description('ask the services and their databases')).action(
    run(async () => (await import('./commands/health.js')).health),
  );
  common(
    program.command('doctor').description('find what is wrong here, and what mends it'),
  ).action(run(async () => (await import('./commands/doctor.js')).doctor));
  addAudit(program);
  addVerify(program);
  program
    .command('schema')
    .description('the JSON Schema of what a command prints with --json')
    .argument('[command...]', 'e.g. migrate up; without one, the names')
    .action(run(async () => (await import('./commands/schema.js')).schema));
  program
    .command('token')
    .description('a token of the local issuer, alone on stdout')
    .requiredOption('--scope <list>', 'e.g. settlement:read,settlement:write', list)
    .option('--audience <list>', 'default: the services that the scopes name', list)
    .option('--subject <name>', 'who the token speaks for', 'developer')
    .option('--expires-in <duration>', 'e.g. 15min, 8h', '8h')
    .option('--json', 'machine-readable')
    .action(run(async () => (await import('./commands/token.js')).token));
  return program;
}
