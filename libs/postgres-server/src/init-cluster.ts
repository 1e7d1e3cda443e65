import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_MAJOR_VERSION, findBinaries, type MajorVersion } from './binaries.js';
import { serverUser } from './server-user.js';

export const SUPERUSER = 'postgres';
const UNFINISHED = 'data.new-';

/**
 * Makes the cluster `data/` with its `password` file. Under another name until initdb is done, because
 * initdb writes PG_VERSION first: a start that was killed half-way would leave what looks like a cluster
 * and never starts.
 *
 * @throws {Error} with what initdb said.
 */
export function initCluster(
  directory: string,
  majorVersion: MajorVersion = DEFAULT_MAJOR_VERSION,
): void {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory).filter((each) => each.startsWith(UNFINISHED))) {
    rmSync(join(directory, name), { recursive: true, force: true });
  }
  const unfinished = join(directory, `${UNFINISHED}${process.pid}`);
  mkdirSync(unfinished, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  writeFileSync(join(directory, 'password'), password, { mode: 0o600 });
  const { status, error, stderr } = runInitdb({
    directory,
    dataDir: unfinished,
    password,
    majorVersion,
  });
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`initdb failed: ${(error?.message ?? stderr).trim()}`);
  }
  rmSync(join(directory, 'data'), { recursive: true, force: true });
  renameSync(unfinished, join(directory, 'data'));
}

interface Initdb {
  directory: string;
  dataDir: string;
  password: string;
  majorVersion: MajorVersion;
}

function runInitdb({
  directory,
  dataDir,
  password,
  majorVersion,
}: Initdb): ReturnType<typeof spawnSync> & { stderr: string } {
  const user = serverUser();
  user.own(dataDir);
  const handedOver = join(directory, 'initdb-password');
  writeFileSync(handedOver, password, { mode: 0o600 });
  user.own(handedOver);
  const command = user.wrap(findBinaries(majorVersion).initdb, [
    '-D',
    dataDir,
    '-U',
    SUPERUSER,
    `--pwfile=${handedOver}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    ...localeOf(majorVersion),
  ]);
  try {
    return spawnSync(command.program, command.args, { encoding: 'utf8', ...user.identity });
  } finally {
    rmSync(handedOver, { force: true });
  }
}

/** LANG may be unset, and then initdb would make SQL_ASCII databases: every part is named. */
function localeOf(majorVersion: MajorVersion): string[] {
  if (majorVersion < 17) return ['--locale-provider=libc', '--locale=C'];
  return ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
}
