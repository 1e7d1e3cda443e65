import type { Command } from 'commander';
import { addLint } from './lint.js';
import { addOperator } from './operator.js';
import { common, count, oneOf, run, running } from './options.js';
import { addProof } from './proof.js';
import { addState } from './state.js';
import { addTransfer } from './transfer.js';

export function addMigrate(program: Command): void {
  const migrate = program.command('migrate').description('bring databases to where the code is');
  const read = () => import('../commands/migrate-read.js');
  const change = () => import('../commands/migrate-run.js');
  const write = () => import('../commands/migrate-new.js');
  common(migrate.command('status').alias('current').description('where every database stands'))
    .option('--check', 'exit 3 when something is pending')
    .option('--format <what>', 'text | langsense', oneOf('text', 'langsense'), 'text')
    .action(run(async () => (await import('../commands/status.js')).status));
  common(migrate.command('plan').description('what `up` would run, lock, rewrite and read'))
    .option('--no-shadow', 'do not run it anywhere: locks by rule, no estimate')
    .option('--check-data', 'look in the live rows for what will fail; reads whole tables')
    .action(run(async () => (await import('../commands/migrate-plan.js')).plan));
  common(migrate.command('history').description('everything that was ever run')).action(
    run(async () => (await read()).history),
  );
  running(migrate.command('up').description('apply what is pending, everywhere'))
    .option('--no-lint', 'do not stop at what `fp migrate lint` calls an error')
    .option('--rollback-on-failure', 'when one fails, undo what this run did everywhere')
    .option('--promoted-from <file>', 'refuse what is not applied in this fleet: staging first')
    .action(run(async () => (await change()).up));
  running(migrate.command('down').description('undo, one step per database by default'))
    .option('--steps <n>', 'how many', count)
    .option('--to <number>', 'the migration that stays')
    .action(run(async () => (await change()).down));
  addOperator(migrate);
  addLint(migrate);
  addState(migrate);
  addProof(migrate);
  addTransfer(migrate);
  common(migrate.command('new').description('write a new migration'))
    .argument('<database>', 'name in the fleet')
    .argument('<name...>', 'what it does, in a few words')
    .action(run(async () => (await write()).create));
  common(migrate.command('lock').description('rewrite migrations.lock from the source')).action(
    run(async () => (await write()).lock),
  );
}
