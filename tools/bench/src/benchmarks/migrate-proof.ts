import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDatabaseUrl } from '@fusion-prime/database/connection';
import { createDatabases, loadFleet } from '@fusion-prime/migrator';
import { contest, type Contestant } from '../contest.js';
import { FP } from '../contestants.js';
import type { Table } from '../report.js';
import { runProgram } from '../run-program.js';
import type { BenchServer } from '../server.js';
import type { Rules } from './migrate-fleet.js';

const FLEET_FILE = fileURLToPath(new URL('../../../../migrations/fleet.yaml', import.meta.url));
const FILES = 200;

/** What proves migrations before they run, on the platform's own five databases. Nobody else does this. */
export async function migrateProof(server: BenchServer, rules: Rules): Promise<Table[]> {
  const env = await platform(server);
  const ours = (name: string, args: readonly string[]): Contestant => ({
    name,
    role: 'ours',
    program: {
      file: process.execPath,
      args: [FP, 'migrate', ...args],
      cwd: server.folder,
      env,
    },
  });
  const fleet = ['--fleet', FLEET_FILE];
  await runProgram(ours('', ['up', ...fleet]).program);
  const folder = manyFiles(server.folder);
  const lint = ['lint', '--dir', folder, '--base-applied', '1'];
  const contestants = [
    ours('verify, five databases', ['verify', ...fleet]),
    ours('drift, five databases', ['drift', ...fleet]),
    ours('drift --fast', ['drift', '--fast', ...fleet]),
    ours('generate, five databases', ['generate', ...fleet]),
    ours(`lint, ${FILES} files, with a shadow`, lint),
    ours(`lint, ${FILES} files, by rule`, [...lint, '--no-shadow']),
  ];
  const results = await contest(contestants, rules.rounds);
  return [{ title: 'migrate-proof: the commands that prove migrations', results, absent: [] }];
}

/** The five databases of the platform, and the variables that name them. */
async function platform(server: BenchServer): Promise<Record<string, string>> {
  const url = { audience: 'tool', allowLoopback: true, variable: 'ADMIN_URL' } as const;
  const { target } = parseDatabaseUrl(server.adminUrl, url);
  if (target === undefined) throw new Error('the server gave a URL that nobody can read');
  const { databases } = loadFleet(FLEET_FILE, {});
  const role = (user: string) => ({ user, password: 'bench-only' });
  const specs = databases.map(({ name, database }) => {
    const base = name.replaceAll('-', '_');
    return { service: name, database, owner: role(`${base}_owner`), app: role(`${base}_app`) };
  });
  await createDatabases(target, specs, { environment: 'test' });
  const { host } = new URL(server.adminUrl);
  return Object.fromEntries(
    databases.flatMap(({ urlVariable, migrateUrlVariable }, i) => {
      const { database, owner, app } = specs[i] ?? { database: '', owner: role(''), app: role('') };
      const of = (user: string): string => `postgresql://${user}:bench-only@${host}/${database}`;
      return [
        [urlVariable, of(app.user)],
        [migrateUrlVariable, of(owner.user)],
      ];
    }),
  );
}

/** A table that lives, and 199 harmless changes of it. */
function manyFiles(parent: string): string {
  const folder = join(parent, 'lint');
  mkdirSync(folder);
  for (let i = 1; i <= FILES; i += 1) {
    const sql =
      i === 1
        ? 'CREATE TABLE things (id bigint PRIMARY KEY, name text NOT NULL);'
        : `ALTER TABLE things ADD COLUMN c${i} int;\nCREATE TABLE parts_${i} (id bigint PRIMARY KEY);`;
    writeFileSync(join(folder, `${String(i).padStart(3, '0')}_change.sql`), `${sql}\n`);
  }
  return folder;
}
