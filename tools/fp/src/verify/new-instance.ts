import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** A shell command, told which service is meant by FP_SERVICE and FP_SERVICE_URL. */
export function byCommand(command: string, timeoutMs: number): NewInstance {
  return async (service, url) => {
    const child = spawn(command, {
      shell: true,
      env: { ...process.env, FP_SERVICE: service, FP_SERVICE_URL: url },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: at the end of its time, what the shell started ends with it.
      detached: true,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    const killer = setTimeout(() => endGroup(child.pid), timeoutMs);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearTimeout(killer);
    if (code === 0) return;
    const how = signal === null ? `exit ${code}` : `not done after ${timeoutMs / 1000} s`;
    throw new Error(`${how}: ${said.trim().slice(-LAST_WORDS)}`);
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
