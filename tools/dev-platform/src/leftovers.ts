import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeWhole } from '@fusion-prime/postgres-server';
import type { ServiceProcess } from './service-process.js';

const DEADLINE_MS = 12_000;
const POLL_MS = 50;

/** Word of what runs, so that the next start can end what a killed supervisor left behind. */
export function rememberServices(file: string, services: readonly ServiceProcess[]): void {
  const running = services.map(({ pid, plan }) => ({ pid, program: plan.program }));
  writeWhole(file, JSON.stringify(running));
}

/**
 * Ends the services of a supervisor that was killed: they hold the ports, and their configuration may
 * be of yesterday. The server that it left is not ended but used.
 *
 * @returns how many were ended.
 */
export async function endLeftovers(file: string): Promise<number> {
  if (!existsSync(file)) return 0;
  const known = JSON.parse(readFileSync(file, 'utf8')) as { pid?: number; program: string }[];
  const left = known.flatMap(({ pid, program }) =>
    pid !== undefined && runs(pid, program) ? [{ pid, program }] : [],
  );
  for (const { pid } of left) process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + DEADLINE_MS;
  while (left.some(({ pid, program }) => runs(pid, program))) {
    if (Date.now() > deadline) {
      throw new Error(
        `a service of an earlier start does not end: pid ${left.map((l) => l.pid).join(', ')}`,
      );
    }
    await sleep(POLL_MS);
  }
  rmSync(file);
  return left.length;
}

/** The pid may belong to another program by now; without /proc nobody can tell, so nothing is ended. */
function runs(pid: number, program: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program);
  } catch {
    return false;
  }
}
