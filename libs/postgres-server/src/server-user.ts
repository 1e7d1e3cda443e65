import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** How a server program is started: as whom, and behind which wrapper. */
export interface ServerUser {
  wrap(program: string, args: readonly string[]): { program: string; args: string[] };
  /** Present when the program itself is started under another user. */
  identity: { uid: number; gid: number } | undefined;
  /** Makes the data directory belong to the server's user. */
  own(directory: string): void;
}

/** Debian, Alpine and macOS all have `nobody`; PostgreSQL wants its user to have a name. */
const UNPRIVILEGED = 'nobody';

/**
 * PostgreSQL refuses to run as root. Root therefore starts it inside a user namespace in which it is
 * `nobody`: no user is created, and folders that only root may enter stay reachable. Where namespaces
 * are not allowed (many containers), it switches to `nobody`, who must be able to reach the folders.
 */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) {
    return {
      wrap: (program, args) => ({ program, args: [...args] }),
      identity: undefined,
      own: () => undefined,
    };
  }
  const namespace = ['-U', `--map-user=${UNPRIVILEGED}`];
  if (spawnSync('unshare', [...namespace, 'true']).status === 0) {
    return {
      wrap: (program, args) => ({ program: 'unshare', args: [...namespace, program, ...args] }),
      identity: undefined,
      own: (directory) => chownAll(directory, 0, 0),
    };
  }
  const identity = { uid: idOf('-u'), gid: idOf('-g') };
  return {
    wrap: (program, args) => ({ program, args: [...args] }),
    identity,
    own: (directory) => chownAll(directory, identity.uid, identity.gid),
  };
}

function idOf(flag: '-u' | '-g'): number {
  const { status, stdout } = spawnSync('id', [flag, UNPRIVILEGED], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`root needs the user ${UNPRIVILEGED} to run PostgreSQL under`);
  return Number(stdout.trim());
}

function chownAll(path: string, uid: number, gid: number): void {
  const stat = lstatSync(path);
  if (stat.uid !== uid || stat.gid !== gid) chownSync(path, uid, gid);
  if (!stat.isDirectory()) return;
  for (const name of readdirSync(path)) chownAll(join(path, name), uid, gid);
}
