import type { Command } from 'commander';
import { common, run } from './options.js';

/** What is proved on a shadow. */
export function addProof(migrate: Command): void {
  common(migrate.command('generate').description('write what the entities want and nobody made'))
    .argument('[databases...]', 'names in the fleet; default: all')
    .option('--name <words>', 'what the migration does')
    .option('--check', 'write nothing; exit 3 when something is to be written')
    .action(run(async () => (await import('../commands/migrate-generate.js')).generate));
}
