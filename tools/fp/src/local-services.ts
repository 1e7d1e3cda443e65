import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutOf, STATE_FOLDER, writeWhole } from '@fusion-prime/postgres-server';

/** A service that `npm start` runs, as it leaves word of it under `.data/`. */
export interface LocalService {
  name: string;
  url: string;
  pid: number;
  /** The compiled main file: by it a pid is known to be the service's still. */
  program: string;
}

export function localServicesFile(root: string): string {
  return join(root, STATE_FOLDER, 'services.json');
}

export function writeLocalServices(file: string, services: readonly LocalService[]): void {
  writeWhole(file, JSON.stringify(services));
}

/** Those that were started, whether they still run or not. */
export function readLocalServices(file: string): LocalService[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LocalService[]) : [];
}

/** The running services of the checkout that `from` lies in; none where nothing was started. */
export function runningLocalServices(from: string = process.cwd()): LocalService[] {
  const root = checkoutOf(from);
  return root === null ? [] : readLocalServices(localServicesFile(root)).filter(isRunning);
}

/** The pid may belong to another program by now. */
export function isRunning({ pid, program }: Pick<LocalService, 'pid' | 'program'>): boolean {
  return commandOf(pid).includes(program);
}

function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
