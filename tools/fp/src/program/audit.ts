import type { Command } from 'commander';
import { list, run } from './options.js';

export function addAudit(program: Command): void {
  program
    .command('audit')
    .description('judge how deployment files wire services to their databases')
    .argument('[path...]', 'files and folders; default: the checkout')
    .option('--fleet <file>', 'default: migrations/fleet.yaml of the checkout')
    .option('--manifest <file>', 'what the code reads; default: tools/deploy/manifest.json')
    .option(
      '--facts <files>',
      'one for each environment; default: tools/deploy/*.yaml that are facts',
      list,
    )
    .option('--json', 'machine-readable')
    .option('--sarif', 'SARIF 2.1.0 instead of text')
    .action(run(async () => (await import('../commands/audit.js')).audit));
}
