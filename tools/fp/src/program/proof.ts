import type { Command } from 'commander';
import { common, count, oneOf, run } from './options.js';

/** What is proved on a shadow. */
export function addProof(migrate: Command): void {
  common(migrate.command('verify').description('try up, down, up over rows, on a shadow'))
    .option('--rows <n>', 'in each table; default 5', count)
    .option('--target-version <major>', 'of PostgreSQL; default 18', majorVersion)
    .action(run(async () => (await import('../commands/migrate-verify.js')).verify));
  common(migrate.command('generate').description('write what the entities want and nobody made'))
    .argument('[databases...]', 'names in the fleet; default: all')
    .option('--name <words>', 'what the migration does')
    .option('--check', 'write nothing; exit 3 when something is to be written')
    .action(run(async () => (await import('../commands/migrate-generate.js')).generate));
}

function majorVersion(text: string): number {
  return Number(oneOf('15', '16', '17', '18')(text));
}
