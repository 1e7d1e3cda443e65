import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export class AlreadyRunning extends Error {
  constructor(readonly pid: number) {
    super(
      `the platform of this checkout runs already (pid ${pid}): use it, or stop it with Ctrl-C there`,
    );
  }
}

/**
 * Takes the one place of supervisor in this checkout; returns how to give it back. A file whose process
 * is gone was left by kill -9 and counts for nothing.
 *
 * @throws {AlreadyRunning}
 */
export function takeSupervisorLock(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const release = (): void => rmSync(file, { force: true });
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return release;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(readFileSync(file, 'utf8'));
      if (isSupervisor(pid)) throw new AlreadyRunning(pid);
      release();
    }
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
