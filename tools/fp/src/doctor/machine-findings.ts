import { statfsSync } from 'node:fs';

/** One thing that was looked at. */
export interface Finding {
  subject: string;
  code: string;
  ok: boolean;
  detail: string;
  /** What to type; null when the detail says it. */
  mend: string | null;
  exitCode: number;
}

const EXIT_CONFIG = 2;
const OLDEST_NODE = [20, 19] as const;
const MIB = 1024 * 1024;
// A migration that rewrites a table needs as much again; below this, even a small one may not fit.
const LEAST_DISK_MIB = 1_024;

/** What concerns this machine and no database. */
export function machineFindings(): Finding[] {
  return [nodeFinding(process.versions.node), diskFinding(process.cwd())];
}

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const ok = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  return {
    subject: 'machine',
    code: 'NODE_VERSION',
    ok,
    detail: `Node ${version}`,
    mend: ok ? null : `install Node ${OLDEST_NODE.join('.')} or newer, e.g.  nvm install 24`,
    exitCode: EXIT_CONFIG,
  };
}

function diskFinding(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const freeMib = Math.round((bavail * bsize) / MIB);
  const ok = freeMib >= LEAST_DISK_MIB;
  return {
    subject: 'machine',
    code: 'DISK_FREE',
    ok,
    detail: `${freeMib} MiB free at ${folder}`,
    mend: ok ? null : 'free some space; old state lies under .data:  npm run db:reset',
    exitCode: EXIT_CONFIG,
  };
}
