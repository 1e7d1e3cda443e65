import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

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
  /**
   * Of a program that does not end by itself: is it where it was to get, given what it said so far? The time
   * until then is what counts, and SIGTERM ends it.
   */
  ready?: (said: string) => Promise<boolean>;
  /**
   * Where its output goes instead of to us while it is under load: who reads thousands of lines a second takes
   * part in it.
   */
  logFile?: string | undefined;
}

const POLL_MS = 5;
// The kernel keeps the high-water mark: of what does not end by itself a look now and then is enough.
const POLL_SERVICE_MS = 250;
const READY_DEADLINE_MS = 120_000;
// docker compose gives PostgreSQL a minute for its last checkpoint.
const END_DEADLINE_MS = 90_000;

/**
 * Runs a program to its end, or until it is ready and then ends it, and times it as a whole process.
 *
 * @throws {Error} when it fails.
 */
export async function runProgram(program: Program): Promise<ProgramRun> {
  const launched = new Launched({ ...program, logFile: undefined });
  if (program.ready === undefined) {
    await launched.succeeds();
    return launched.figures();
  }
  await launched.ready();
  const figures = launched.figures();
  await launched.end();
  return figures;
}

/** A program that runs. */
export interface Running {
  /** Most memory that it held so far. */
  peakRssMb: () => number;
}

/** Does some work while a program that does not end by itself runs and is ready. */
export async function withRunning<T>(
  program: Program,
  work: (running: Running) => Promise<T>,
): Promise<T> {
  const launched = new Launched(program);
  try {
    await launched.ready();
    return await work({ peakRssMb: () => launched.figures().peakRssMb });
  } finally {
    await launched.end();
  }
}

class Launched {
  private readonly startedAt = performance.now();
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  private said = '';
  private firstOutputMs = 0;
  private peakRssMb = 0;

  constructor(private readonly program: Program) {
    const { file, args, cwd, env, logFile } = program;
    const output = logFile === undefined ? 'pipe' : openSync(logFile, 'w');
    this.child = spawn(file, args, {
      cwd,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...env },
      stdio: ['ignore', output, output],
      // A group of its own, so that what npm or a shell started gets the signal too.
      detached: true,
    });
    if (typeof output === 'number') closeSync(output);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        if (this.said === '') this.firstOutputMs = performance.now() - this.startedAt;
        this.said += chunk.toString();
      });
    }
    const pollMs = program.ready === undefined ? POLL_MS : POLL_SERVICE_MS;
    const poll = setInterval(() => this.lookAtMemory(), pollMs);
    this.ended = new Promise<number | null>((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', resolve);
    }).finally(() => clearInterval(poll));
  }

  figures(): ProgramRun {
    this.lookAtMemory();
    const { firstOutputMs, peakRssMb } = this;
    return { durationMs: performance.now() - this.startedAt, firstOutputMs, peakRssMb };
  }

  /** @throws {Error} unless it ends with 0. */
  async succeeds(): Promise<void> {
    const code = await this.ended;
    if (code !== 0) throw this.failure(`answered ${code}`);
  }

  /** @throws {Error} when it ends first, or takes two minutes. */
  async ready(): Promise<void> {
    const { ready = async () => true } = this.program;
    const deadline = performance.now() + READY_DEADLINE_MS;
    while (!(await ready(this.said))) {
      const { exitCode } = this.child;
      if (exitCode !== null) throw this.failure(`ended with ${exitCode} before it was ready`);
      if (performance.now() > deadline) throw this.failure('is not ready after two minutes');
      await sleep(POLL_MS);
    }
  }

  async end(): Promise<void> {
    this.signal('SIGTERM');
    const killer = setTimeout(() => this.signal('SIGKILL'), END_DEADLINE_MS);
    await this.ended;
    clearTimeout(killer);
  }

  private signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, signal);
  }

  /** The kernel's own high-water mark; the last look before the end misses next to nothing. */
  private lookAtMemory(): void {
    this.peakRssMb = Math.max(this.peakRssMb, peakRssOf(this.child.pid));
  }

  private failure(what: string): Error {
    const { file, args, logFile } = this.program;
    const said = logFile === undefined ? this.said : readFileSync(logFile, 'utf8');
    return new Error(`${file} ${args.join(' ')} ${what}:\n${said.slice(-2_000)}`);
  }
}

/** Ready is what answers 200. */
export function answers(url: string): () => Promise<boolean> {
  return async () => {
    try {
      const { status, body } = await fetch(url);
      await body?.cancel();
      return status === 200;
    } catch {
      return false;
    }
  };
}

function peakRssOf(pid: number | undefined): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
