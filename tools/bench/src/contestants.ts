import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchFleet } from './bench-fleet.js';
import type { Contestant } from './contest.js';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const PEERS = join(ROOT, 'tools', 'bench', 'peers');
export const FP = join(ROOT, 'tools', 'fp', 'bin', 'fp.mjs');
const CONNECT_AND_SELECT = fileURLToPath(
  new URL('./limits/connect-and-select.js', import.meta.url),
);

type Known = Omit<Contestant, 'program'>;

/** `fp` over the whole fleet, as one cold process. */
export function fp(known: Known, fleet: BenchFleet, args: readonly string[]): Contestant {
  const { fleetFile, variables } = fleet;
  return {
    ...known,
    program: {
      file: process.execPath,
      args: [FP, ...args, '--fleet', fleetFile],
      cwd: dirname(fleetFile),
      env: variables,
    },
  };
}

/** One cold process of a peer for each database, in a shell's loop: how these tools are used. */
export function loop(known: Known, fleet: BenchFleet, command: string, env = {}): Contestant {
  const script = fleet.urls.map((url) => `export DATABASE_URL='${url}'; ${command}`).join('\n');
  return {
    ...known,
    program: {
      file: 'bash',
      args: ['-e', '-c', script],
      cwd: dirname(fleet.fleetFile),
      env: { BENCH_TYPEORM: join(PEERS, 'node_modules', 'typeorm'), ...env },
    },
  };
}

export function dbmate(fleet: BenchFleet, verb: 'migrate' | 'status'): string {
  return `"${bin('dbmate')}" --no-dump-schema --migrations-dir "${fleet.folders.dbmate}" --url "$DATABASE_URL?sslmode=disable" ${verb}`;
}

export function nodePgMigrate(fleet: BenchFleet, flags = ''): string {
  return `"${bin('node-pg-migrate')}" up -m "${fleet.folders.nodePgMigrate}" ${flags}`;
}

export function typeorm(fleet: BenchFleet, verb: 'run' | 'show'): string {
  // `show` answers 1 when something is pending; nothing is.
  return `"${bin('typeorm')}" migration:${verb} -d "${join(fleet.folders.typeorm, 'data-source.cjs')}"`;
}

export function psqlUp(fleet: BenchFleet): string {
  const files = ['001_create_accounts.sql', '002_create_transfers.sql'];
  const flags = files.map((file) => `-f "${join(fleet.folders.ours, file)}"`).join(' ');
  return `psql -X -q -v ON_ERROR_STOP=1 --single-transaction ${flags} "$DATABASE_URL"`;
}

export function psqlSelect(): string {
  return `psql -X -q -c 'SELECT count(*) FROM migrator.history' "$DATABASE_URL"`;
}

/** The least that any status must do: one process, a connection and a SELECT for each database. */
export function connectAndSelect(fleet: BenchFleet, name: string, atOnce: number): Contestant {
  return {
    name,
    role: 'limit',
    program: {
      file: process.execPath,
      args: [CONNECT_AND_SELECT, String(atOnce)],
      cwd: dirname(fleet.fleetFile),
      env: fleet.variables,
    },
  };
}

/** The peers are nobody's dependency: they come from npm when a benchmark first runs beside them. */
export function installPeers(): void {
  const installed = join(PEERS, 'node_modules', '.package-lock.json');
  const wanted = statSync(join(PEERS, 'package.json'));
  if (existsSync(installed) && statSync(installed).mtimeMs >= wanted.mtimeMs) return;
  process.stderr.write('installing the peers …\n');
  const flags = ['--no-package-lock', '--no-audit', '--no-fund', '--no-workspaces'];
  const { status, stderr } = spawnSync('npm', ['install', ...flags], {
    cwd: PEERS,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm install of the peers failed:\n${stderr}`);
}

/** Why psql cannot take part; null when it can. */
export function psqlAbsence(): string | null {
  const { status } = spawnSync('psql', ['--version']);
  return status === 0
    ? null
    : 'psql is not installed (Debian: postgresql-client): its limit is missing';
}

function bin(name: string): string {
  return join(PEERS, 'node_modules', '.bin', name);
}
