import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contest, type Contestant } from '../contest.js';
import { FP } from '../contestants.js';
import { FLEET_FILE, platformVariables } from '../platform.js';
import { contestTable, type Table } from '../report.js';
import { runProgram } from '../run-program.js';
import type { Rules } from '../rules.js';
import type { BenchServer } from '../server.js';

const FILES = 200;

/** What proves migrations before they run, on the platform's own five databases. Nobody else does this. */
export async function migrateProof(server: BenchServer, rules: Rules): Promise<Table[]> {
  const env = await platformVariables(server);
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
  return [contestTable('migrate-proof: the commands that prove migrations', results)];
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
