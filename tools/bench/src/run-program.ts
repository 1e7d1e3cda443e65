import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProgramRun {
  durationMs: number;
  /** Until the first byte on stdout or stderr. */
  firstOutputMs: number;
  /** Most memory that the process itself held; 0 where /proc does not tell. */
  peakRssMb: number;
}

export interface Program {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
}

const POLL_MS = 5;

/** Runs a program to its end and times it as a whole process. @throws {Error} when it fails. */
export async function runProgram({ file, args, cwd, env }: Program): Promise<ProgramRun> {
  const started = performance.now();
  const child = spawn(file, args, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, firstOutputMs, peakRssMb] = ['', 0, 0];
  const hear = (chunk: Buffer): void => {
    if (said === '') firstOutputMs = performance.now() - started;
    said += chunk.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const poll = setInterval(() => {
    peakRssMb = Math.max(peakRssMb, peakRssOf(child.pid));
  }, POLL_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(poll));
  const durationMs = performance.now() - started;
  if (code === 0) return { durationMs, firstOutputMs, peakRssMb };
  throw new Error(`${file} ${args.join(' ')} answered ${code}:\n${said.slice(-2_000)}`);
}

/** The kernel's own high-water mark; the last look before the end misses next to nothing. */
function peakRssOf(pid: number | undefined): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
