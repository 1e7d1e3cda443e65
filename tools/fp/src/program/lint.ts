import type { Command } from 'commander';
import { common, digits, oneOf, run } from './options.js';

/** What judges migrations before they run. */
export function addLint(migrate: Command): void {
  common(migrate.command('lint').description('find what would hurt a live database'))
    .option('--dir <folder>', 'any folder of numbered SQL files; default: the folders of the fleet')
    .option('--base-applied <number>', 'up to it everything is live and populated', digits)
    .option('--target-version <major>', '15 | 16 | 17 | 18', oneOf('15', '16', '17', '18'))
    .option('--no-shadow', 'judge by rule alone, without measuring on a throw-away server')
    .option('--advice', 'say what is a matter of style as well')
    .option('--sarif', 'SARIF 2.1.0 instead of text')
    .action(run(async () => (await import('../commands/migrate-lint.js')).lint));
}
