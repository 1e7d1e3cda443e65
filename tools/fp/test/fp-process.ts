import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const BIN = join(import.meta.dirname, '..', 'bin', 'fp.mjs');

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
  json: Record<string, never>;
}

export interface Run {
  vars?: Record<string, string | undefined>;
  /** Called with everything said so far, and the process. */
  watch?: (said: string, kill: (signal: 'SIGTERM' | 'SIGINT') => void) => void;
}

/** The real program in a folder, which should hold no checkout, with no variables but those given. */
export function fpIn(cwd: string): (args: string[], run?: Run) => Promise<Answer> {
  return async (args, { vars = {}, watch } = {}) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], NO_COLOR: '1', ...vars },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      watch?.(stderr, (signal) => child.kill(signal));
    });
    const [code] = (await once(child, 'close')) as [number];
    const json = args.includes('--json') ? (JSON.parse(stdout) as Answer['json']) : {};
    return { code, stdout, stderr, json };
  };
}
