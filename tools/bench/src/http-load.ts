import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a service did under a load that never pauses. */
export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers other than 2xx and 3xx, and connections that broke. */
  failed: number;
}

export interface LoadWish {
  url: string;
  /** A script of `tools/bench/loads`. */
  script: string;
  connections: number;
  seconds: number;
  env: Record<string, string>;
}

const THREADS = 2;

/** Null when wrk is here, else why the benchmark cannot be run. */
export function wrkAbsence(): string | null {
  return spawnSync('wrk', ['--version']).error === undefined ? null : 'wrk is not installed';
}

/**
 * Sends requests as fast as they are answered, over kept connections, with wrk: its cost is a fraction of a
 * load generator's in Node, and it shares the machine with what is measured.
 *
 * @throws {Error} when wrk fails
 */
export async function underLoad({
  url,
  script,
  connections,
  seconds,
  env,
}: LoadWish): Promise<Load> {
  const path = fileURLToPath(new URL(`../loads/${script}`, import.meta.url));
  const flags = [`-t${String(THREADS)}`, `-c${String(connections)}`, `-d${String(seconds)}s`];
  const { text } = await output('wrk', [...flags, '--latency', '-s', path, url], env);
  const figure = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
  return {
    perSecond: Number(figure(/Requests\/sec:\s+([\d.]+)/)),
    p50Ms: milliseconds(figure(/^\s+50%\s+(\S+)/m)),
    p99Ms: milliseconds(figure(/^\s+99%\s+(\S+)/m)),
    failed: Number(figure(/Non-2xx or 3xx responses: (\d+)/) || 0) + socketErrors(text),
  };
}

function socketErrors(text: string): number {
  const counts = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  return (counts?.slice(1) ?? []).reduce((sum, count) => sum + Number(count), 0);
}

/** `1.23ms`, `456.00us`, `1.20s` */
function milliseconds(text: string): number {
  const [, number = '0', unit = 'ms'] = /^([\d.]+)(us|ms|s|m)$/.exec(text) ?? [];
  return Number(number) * ({ us: 0.001, ms: 1, s: 1_000, m: 60_000 }[unit] ?? 1);
}

/** @throws {Error} with what it said, when the program fails */
export async function output(
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ text });
      else reject(new Error(`${file} ended with ${String(code)}:\n${text.slice(-2_000)}`));
    });
  });
}
