import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export class AlreadyRunning extends Error {
  constructor(readonly pid: number) {
    super(
      `the platform of this checkout runs already (pid ${pid}): use it, or stop it with Ctrl-C there, or:  kill ${pid}`,
    );
  }
}

/** Each attempt removes one file of a dead supervisor; more than this means that others come as fast. */
const MAX_ATTEMPTS = 20;

/**
 * Takes the one place of supervisor in this checkout; returns how to give it back. A file whose process
 * is gone was left by kill -9 and counts for nothing.
 *
 * The file appears with the pid already in it (a link to a finished one), so nobody reads half of it; and
 * a dead one is renamed away before it is removed, so that of several starts only one removes it.
 *
 * @throws {AlreadyRunning}
 */
export function takeSupervisorLock(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      if (linked(mine, file)) return () => rmSync(file, { force: true });
      const holder = pidIn(file);
      if (isSupervisor(holder)) throw new AlreadyRunning(holder);
      removeUnlessAlive(file);
    }
    throw new Error(`${file} cannot be taken: other starts come and go; try again`);
  } finally {
    rmSync(mine, { force: true });
  }
}

function linked(mine: string, file: string): boolean {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function removeUnlessAlive(file: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    // Somebody else was faster with the same dead file.
    return;
  }
  // Between the look and the rename another start may have taken the place: give it back.
  if (isSupervisor(pidIn(aside))) linked(aside, file);
  rmSync(aside, { force: true });
}

/** 0 when there is no such file any more. */
function pidIn(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

function isSupervisor(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  // The pid may have been given to another program since.
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dev-platform');
  } catch {
    return false;
  }
}
