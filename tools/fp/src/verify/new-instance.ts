import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { runningLocalServices } from '../local-services.js';

/** Makes a new process of a service answer, and the old one not. @throws {Error} when it could not. */
export type NewInstance = (service: string, url: string) => Promise<void>;

/** kill -9 of the process that `npm start` runs; its supervisor starts the next one. */
export const killLocally: NewInstance = async (service) => {
  const local = runningLocalServices().find(({ name }) => name === service);
  if (local === undefined) throw new Error(`npm start does not run ${service} here`);
  process.kill(local.pid, 'SIGKILL');
};

const LAST_WORDS = 400;
// What it left running may hold its output open for ever.
const LAST_WORDS_MS = 500;

/**
 * A shell command, told which service is meant by FP_SERVICE and FP_SERVICE_URL. It ends with what it
 * started, at the end of its time or when `signal` says so.
 */
export function byCommand(command: string, timeoutMs: number, signal: AbortSignal): NewInstance {
  return async (service, url) => {
    const child = spawn(command, {
      shell: true,
      env: { ...process.env, FP_SERVICE: service, FP_SERVICE_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what the shell started ends with it.
      detached: true,
    });
    let said = '';
    const streams = [child.stdout, child.stderr];
    for (const stream of streams) {
      const hear = (text: string): string => (said = (said + text).slice(-LAST_WORDS));
      stream.setEncoding('utf8').on('data', hear);
    }
    const ended = once(child, 'close').catch(() => undefined);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const stop = (): void => endGroup(child.pid);
    limit.addEventListener('abort', stop);
    if (limit.aborted) stop();
    const [code, killedBy] = (await once(child, 'exit')) as [number | null, string | null];
    limit.removeEventListener('abort', stop);
    await Promise.race([ended, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    for (const stream of streams) stream.destroy();
    if (code === 0) return;
    const how = killedBy === null ? `exit ${code}` : `not done after ${timeoutMs / 1000} s`;
    throw new Error(`${how}: ${said.trim()}`);
  };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
