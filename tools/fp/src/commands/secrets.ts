import { resolve } from 'node:path';
import { loadFleet } from '@fusion-prime/migrator/fleet';
import { fleetFile } from '../context.js';
import { print, printJson } from '../output.js';
import { CommandRefused } from '../refusal.js';
import { ensurePlatformSecrets } from '../secrets/platform-secrets.js';

interface CreateOptions {
  folder: string;
  server: string;
  administrator: string;
  fleet?: string;
  json?: boolean;
}

const SERVER = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?(:[0-9]{1,5})?$/i;
const ROLE = /^[a-z_][a-z0-9_]{0,62}$/;

export async function create(options: CreateOptions): Promise<number> {
  const { server: address, administrator } = options;
  if (!SERVER.test(address)) {
    throw new CommandRefused('USAGE', `--server ${address}: HOST or HOST:PORT, e.g. postgres:5432`);
  }
  if (!ROLE.test(administrator)) {
    throw new CommandRefused('USAGE', `--administrator ${administrator}: a role, e.g. postgres`);
  }
  const folder = resolve(options.folder);
  // Where its databases are is what this command decides: no variable has a say.
  const { databases } = loadFleet(fleetFile(options.fleet), {}, { itemVariables: process.env });
  const files = await ensurePlatformSecrets(folder, databases, { address, administrator });
  if (options.json === true) printJson({ command: 'secrets create', exitCode: 0, folder, files });
  else print(`${files} secrets under ${folder}`);
  return 0;
}
