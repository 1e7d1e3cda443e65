import type { Command } from 'commander';
import { common, count, run } from './options.js';

export function addVerify(program: Command): void {
  common(program.command('verify').description('prove a deployment: schema, identity, persistence'))
    .option('--build-sha <sha>', 'what must run')
    .option('--token-file <file>', 'a token with <service>:admin; default: FP_TOKEN')
    .option('--restart-command <command>', 'makes a new instance of the service in FP_SERVICE')
    .option('--no-persistence', 'do not write a canary and have the service replaced')
    .option('--wait <seconds>', 'for a service, and for its new instance; default 60', count, 60)
    .action(run(async () => (await import('../commands/verify.js')).verify));
}
