/** What a loop reports to; pino's logger is one. */
export interface LoopLog {
  warn(facts: Record<string, unknown>, message: string): void;
}

export interface LoopOptions {
  name: string;
  /** Pause after a turn that found nothing to do. */
  idleMs: number;
  /** One bounded turn. True: there may be more, go on at once. */
  turn: (signal: AbortSignal) => Promise<boolean>;
  log: LoopLog;
}

const FIRST_FAILURE_PAUSE_MS = 100;
const LONGEST_FAILURE_PAUSE_MS = 5_000;

/**
 * Something that a service does by itself, again and again: look, do a bounded amount, pause.
 *
 *   start() ─► turn ─► (more? at once : idleMs) ─► turn …        a turn that throws: pause, doubled each time
 *   stop()  ─► the turn in progress is told, and waited for
 */
export class Loop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private wake: () => void = () => undefined;
  private awake = false;

  constructor(private readonly options: LoopOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Ends the pause: somebody knows that there is something to do. */
  nudge(): void {
    this.awake = true;
    this.wake();
  }

  /** Resolves once no turn runs. The turn's signal is aborted; it decides how soon it can end. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    const { name, idleMs, turn, log } = this.options;
    const { signal } = this.stopping;
    let failurePauseMs = FIRST_FAILURE_PAUSE_MS;
    while (!signal.aborted) {
      try {
        const more = await turn(signal);
        failurePauseMs = FIRST_FAILURE_PAUSE_MS;
        if (!more) await this.pause(idleMs);
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ event: 'loop.failed', loop: name, err: error }, `${name} failed; it goes on`);
        await this.pause(failurePauseMs);
        failurePauseMs = Math.min(failurePauseMs * 2, LONGEST_FAILURE_PAUSE_MS);
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    if (this.awake || this.stopping.signal.aborted) {
      this.awake = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => undefined;
    this.awake = false;
  }
}
