import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface ChildProgram {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** The exit code and how long the process lived. */
  exited: Promise<{ code: number | null; lifeMs: number }>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs one of test/programs with exactly these variables. */
export function runProgram(name: string, vars: Record<string, string | undefined>): ChildProgram {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'programs', `${name}.mjs`)], {
    env: Object.fromEntries(Object.entries(vars).filter(([, value]) => value !== undefined)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const read = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (read[name] += text));
  }
  return {
    pid: child.pid ?? 0,
    stdout: () => read.stdout,
    stderr: () => read.stderr,
    exited: once(child, 'close').then(([code]) => ({
      code: code as number | null,
      lifeMs: performance.now() - startedAt,
    })),
    kill: (signal) => void child.kill(signal),
  };
}
