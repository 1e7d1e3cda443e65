import type { Command } from 'commander';
import { run } from './options.js';

export function addSecrets(program: Command): void {
  const secrets = program.command('secrets').description('of a platform on one machine');
  secrets
    .command('create')
    .description(
      'passwords, URLs, cursor keys and an issuer, each made once, one folder per program',
    )
    .requiredOption('--folder <dir>', 'where; readable by its owner only')
    .requiredOption('--server <host>', 'HOST:PORT of PostgreSQL as the programs reach it')
    .option('--administrator <role>', "the server's superuser", 'postgres')
    .option('--fleet <file>', 'default: migrations/fleet.yaml of the checkout')
    .option('--json', 'machine-readable')
    .action(run(async () => (await import('../commands/secrets.js')).create));
}
