import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServicePlan {
  name: string;
  port: number;
  /** The compiled main file. */
  program: string;
  vars: Record<string, string>;
}

/** What the supervisor tells the person at the terminal. */
export type Say = (line: string) => void;

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 15_000;
/** A service that lived this long was healthy: its next death starts the backoff anew. */
const STEADY_MS = 30_000;
const READY_DEADLINE_MS = 90_000;
const POLL_MS = 50;
const PROBE_TIMEOUT_MS = 1_000;
/** The service's own grace is 10 s; one second on top before it is killed. */
const STOP_DEADLINE_MS = 11_000;

/**
 * One service as a process of its own:
 *
 *   start ─► running ─► dead ─► (backoff, doubled) ─► running …
 *              └──────────► stop() ─► stopped
 */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private stopping = false;
  private backoffMs = FIRST_BACKOFF_MS;
  private lastLine = '';
  private restart: NodeJS.Timeout | undefined;
  private readonly log: WriteStream;

  constructor(
    readonly plan: ServicePlan,
    logFolder: string,
    private readonly say: Say,
    private readonly onStarted: () => void,
  ) {
    mkdirSync(logFolder, { recursive: true });
    this.log = createWriteStream(join(logFolder, `${plan.name}.log`), { flags: 'a', mode: 0o600 });
  }

  get url(): string {
    return `http://127.0.0.1:${this.plan.port}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [this.plan.program], {
      env: this.plan.vars,
      // A group of its own: Ctrl-C reaches the supervisor alone, which stops things in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.onStarted();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.log.write(chunk);
        this.lastLine = chunk.toString('utf8').trim().split('\n').at(-1) ?? this.lastLine;
      });
    }
    const died = (reason: string): void => {
      if (this.stopping) return;
      if (performance.now() - startedAt > STEADY_MS) this.backoffMs = FIRST_BACKOFF_MS;
      this.restartLater(reason);
    };
    child.once('exit', (code, signal) => died(signal ?? `exit ${code}`));
    // A process that the system could not start (no memory, no more processes) never exits.
    child.once('error', (error) => {
      if (child.pid === undefined) died(error.message);
    });
  }

  /** Resolves once /health/ready answers 200. @throws {Error} with the service's last words at the deadline. */
  async ready(): Promise<void> {
    const deadline = performance.now() + READY_DEADLINE_MS;
    while (performance.now() < deadline) {
      if (this.stopping || (await isReady(this.url))) return;
      await sleep(POLL_MS);
    }
    throw new Error(
      `${this.plan.name} is not ready after ${READY_DEADLINE_MS / 1000} s: ${this.lastLine}`,
    );
  }

  async stop(): Promise<void> {
    this.stopping = true;
    // Or the supervisor would outlive its last words by up to the longest backoff.
    clearTimeout(this.restart);
    const child = this.child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      await gone;
      clearTimeout(killer);
    }
    this.log.end();
  }

  private restartLater(reason: string): void {
    const { name } = this.plan;
    const waitMs = this.backoffMs;
    this.backoffMs = Math.min(this.backoffMs * 2, MAX_BACKOFF_MS);
    this.say(
      `${name} died (${reason}), starting it again in ${waitMs / 1000} s. Last words: ${this.lastLine}`,
    );
    this.restart = setTimeout(() => {
      this.start();
      const restarted = this.child;
      // One that died meanwhile has a successor, which speaks for itself.
      const tell = (line: string): void => {
        if (!this.stopping && this.child === restarted) this.say(line);
      };
      this.ready().then(
        () => tell(`${name} is ready again`),
        (error: Error) => tell(error.message),
      );
    }, waitMs);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health/ready`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}
