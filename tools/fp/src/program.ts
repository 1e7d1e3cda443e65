import { Command, InvalidArgumentError } from 'commander';
import type { CommonOptions } from './context.js';

/** What a command's module exports under the command's name; answers with the exit code. */
type Action = (options: never, ...args: string[]) => Promise<number>;

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
  common(program.command('health').description('ask the services and their databases')).action(
    run(async () => (await import('./commands/health.js')).health),
  );
  common(
    program.command('doctor').description('find what is wrong here, and what mends it'),
  ).action(run(async () => (await import('./commands/doctor.js')).doctor));
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

function addDatabases(program: Command): void {
  const databases = program.command('databases').description('roles, databases, grants, identity');
  const load = () => import('./commands/databases.js');
  const admin = (command: Command): Command =>
    common(command).option('--admin-url-variable <name>', 'holds the admin URL', 'FP_ADMIN_URL');
  admin(databases.command('create').description('make what is missing; idempotent')).action(
    run(async () => (await load()).create),
  );
  admin(databases.command('list').description('every database of the server')).action(
    run(async () => (await load()).list),
  );
  admin(databases.command('drop').description('drop the databases of the fleet')).action(
    run(async () => (await load()).drop),
  );
}

function addMigrate(program: Command): void {
  const migrate = program.command('migrate').description('bring databases to where the code is');
  const read = () => import('./commands/migrate-read.js');
  const change = () => import('./commands/migrate-run.js');
  const write = () => import('./commands/migrate-new.js');
  common(migrate.command('status').alias('current').description('where every database stands'))
    .option('--check', 'exit 3 when something is pending')
    .action(run(async () => (await read()).status));
  common(migrate.command('plan').description('what `up` would run')).action(
    run(async () => (await read()).plan),
  );
  common(migrate.command('history').description('everything that was ever run')).action(
    run(async () => (await read()).history),
  );
  running(migrate.command('up').description('apply what is pending, everywhere')).action(
    run(async () => (await change()).up),
  );
  running(migrate.command('down').description('undo, one step per database by default'))
    .option('--steps <n>', 'how many', count)
    .option('--to <number>', 'the migration that stays')
    .action(run(async () => (await change()).down));
  addOperator(migrate);
  common(migrate.command('new').description('write a new migration'))
    .argument('<database>', 'name in the fleet')
    .argument('<name...>', 'what it does, in a few words')
    .action(run(async () => (await write()).create));
  common(migrate.command('lock').description('rewrite migrations.lock from the source')).action(
    run(async () => (await write()).lock),
  );
}

/** What a program must not decide by itself. */
function addOperator(migrate: Command): void {
  const load = () => import('./commands/migrate-operator.js');
  common(migrate.command('repair').description('say how far a migration without an end got'))
    .argument('<database>', 'name in the fleet')
    .requiredOption('--number <number>', 'of the migration', digits)
    .requiredOption('--as <what>', 'applied | not-applied', oneOf('applied', 'not-applied'))
    .requiredOption('--reason <text>', 'why; it stays in the history')
    .option('--lock-wait <seconds>', "wait for another run's lock", seconds)
    .action(run(async () => (await load()).repair));
  common(migrate.command('unlock').description('end whoever holds the migration lock'))
    .argument('<database>', 'name in the fleet')
    .action(run(async () => (await load()).unlock));
}

function running(command: Command): Command {
  return common(command)
    .option('--on-error <what>', 'stop | continue', oneOf('stop', 'continue'), 'stop')
    .option('--parallel <n>', 'databases side by side', count, 1)
    .option('--skip-unreachable', 'go on without databases that do not answer')
    .option('--lock-wait <seconds>', "wait for another run's lock", seconds)
    .option('--lock-timeout <duration>', "a migration's wait for a table, e.g. 10s", duration)
    .option('--retry-budget <seconds>', 'go on retrying a blocked migration', seconds);
}

function common(command: Command): Command {
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
function run(load: () => Promise<Action>): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const options = args.at(-2) as CommonOptions;
    const positional = args.slice(0, -2).flat() as string[];
    const action = await load();
    process.exitCode = await action(options as never, ...positional);
  };
}

function list(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(',').filter(Boolean)];
}

function count(text: string): number {
  return number(text, /^[1-9]\d{0,3}$/, 'a whole number from 1 to 9999');
}

function seconds(text: string): number {
  return number(text, /^\d{1,5}(\.\d{1,3})?$/, 'seconds, e.g. 30 or 0.5');
}

function digits(text: string): string {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('expected digits, e.g. 7');
  return text;
}

function number(text: string, form: RegExp, expected: string): number {
  if (!form.test(text)) throw new InvalidArgumentError(`expected ${expected}`);
  return Number(text);
}

function duration(text: string): string {
  if (!/^\d{1,6}(ms|s|min)$/.test(text)) throw new InvalidArgumentError('expected e.g. 500ms, 10s');
  return text;
}

function oneOf(...allowed: string[]): (text: string) => string {
  return (text) => {
    if (!allowed.includes(text)) throw new InvalidArgumentError(`one of ${allowed.join(', ')}`);
    return text;
  };
}
