import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ServiceName } from '@fusion-prime/kernel';
import { freePort } from '@fusion-prime/postgres-server';
import { checkoutRoot } from './checkout.js';
import { untilReady } from './test-service.js';

/** A service as the process that production runs: `node apps/<name>/dist/main.js`. */
export interface SpawnedService {
  pid: number;
  url: string;
  /** Everything that it wrote so far, both streams. */
  output(): string;
  /** Resolves with the exit code, or the name of the signal. */
  exited: Promise<number | NodeJS.Signals>;
  ready(): Promise<void>;
  /** Sends the signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Starts it with exactly these variables, and a free PORT unless one is given. */
export async function spawnService(
  name: ServiceName,
  vars: Record<string, string>,
): Promise<SpawnedService> {
  const port = vars['PORT'] ?? String(await freePort());
  const program = join(checkoutRoot(), 'apps', name, 'dist', 'main.js');
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'] ?? '', PORT: port, ...vars },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const exited = once(child, 'close').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals,
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    pid: child.pid ?? 0,
    url,
    output: () => output,
    exited,
    ready: () => untilReady(url),
    kill: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}
