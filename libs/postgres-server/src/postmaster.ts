import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running server wrote about itself. */
export interface Postmaster {
  pid: number;
  port: number;
  /** Only a server that says `ready` accepts connections. */
  ready: boolean;
}

/**
 * Reads `postmaster.pid` of a data directory: line 1 pid, line 4 port, line 8 status.
 * Null when there is none or its process is gone (kill -9 leaves the file behind).
 */
export function readPostmaster(dataDir: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isPostgres(pid)) return null;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** The pid may have been given to another program since; only a postgres counts. */
function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
  } catch {
    return false;
  }
}
