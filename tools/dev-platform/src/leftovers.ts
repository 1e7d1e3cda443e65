import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, readLocalServices, writeLocalServices } from '@fusion-prime/fp/local-services';
import type { ServiceProcess } from './service-process.js';

const DEADLINE_MS = 12_000;
const POLL_MS = 50;

/** Word of what runs: for `fp`, and for the next start, which ends what a killed supervisor left behind. */
export function rememberServices(file: string, services: readonly ServiceProcess[]): void {
  const running = services.flatMap(({ pid, url, plan: { name, program } }) =>
    pid === undefined ? [] : [{ name, url, pid, program }],
  );
  writeLocalServices(file, running);
}

/**
 * Ends the services of a supervisor that was killed: they hold the ports, and their configuration may
 * be of yesterday. The server that it left is not ended but used.
 *
 * @returns how many were ended.
 */
export async function endLeftovers(file: string): Promise<number> {
  const left = readLocalServices(file).filter(isRunning);
  for (const { pid } of left) process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + DEADLINE_MS;
  while (left.some(isRunning)) {
    if (Date.now() > deadline) {
      throw new Error(
        `a service of an earlier start does not end: pid ${left.map((l) => l.pid).join(', ')}`,
      );
    }
    await sleep(POLL_MS);
  }
  rmSync(file, { force: true });
  return left.length;
}
