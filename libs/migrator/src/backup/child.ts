import { spawn } from 'node:child_process';

export interface ChildRun {
  program: string;
  args: readonly string[];
  /** The whole environment of the child; nothing else is inherited. */
  variables: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal | undefined;
}

export interface ChildEnd {
  /** Null when it was ended by a signal. */
  code: number | null;
  /** The end of what it said. */
  stdout: string;
  stderr: string;
}

// The end of the output tells; a chatty hook must not fill the memory.
const LONGEST_OUTPUT = 64 * 1024;

/**
 * Runs a program to its end. An abort ends it politely, which a dump answers at once.
 *
 * @throws the system's error (ENOENT, EACCES) when the program cannot be started
 */
export async function runChild({ program, args, variables, signal }: ChildRun): Promise<ChildEnd> {
  const child = spawn(program, args, { env: { ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] = (said[name] + text).slice(-LONGEST_OUTPUT);
    });
  }
  const stop = (): void => void child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  if (signal?.aborted === true) stop();
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { code, ...said };
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
