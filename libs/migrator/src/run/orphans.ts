import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Begins the name of a temporary folder, so that it can be told whose it was. */
export const ownPrefix = (kind: string): string => join(tmpdir(), `${kind}-${process.pid}-`);

/** Temporary folders of a kind whose process is gone: after kill -9 nobody else removes them. */
export function orphanedFolders(kind: string): string[] {
  const named = new RegExp(`^${kind}-(\\d+)-`);
  return readdirSync(tmpdir()).flatMap((name) => {
    const pid = Number(named.exec(name)?.[1]);
    return !Number.isInteger(pid) || isAlive(pid) ? [] : [join(tmpdir(), name)];
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
