import type { Command } from 'commander';
import { common, run } from './options.js';

export function addDatabases(program: Command): void {
  const databases = program.command('databases').description('roles, databases, grants, identity');
  const load = () => import('../commands/databases.js');
  const admin = (command: Command): Command =>
    common(command).option('--admin-url-variable <name>', 'holds the admin URL', 'FP_ADMIN_URL');
  admin(databases.command('create').description('make what is missing; idempotent'))
    .option('--existing', 'take over databases that another tool made, with all that is in them')
    .action(run(async () => (await load()).create));
  admin(databases.command('list').description('every database of the server')).action(
    run(async () => (await load()).list),
  );
  admin(databases.command('drop').description('drop the databases of the fleet')).action(
    run(async () => (await load()).drop),
  );
}
