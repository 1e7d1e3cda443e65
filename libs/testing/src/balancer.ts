import { Agent, request } from 'node:http';
import { eventually } from './eventually.js';

/**
 * A small load balancer: sends each request to the next backend that last said it was ready, over kept
 * connections, and never sends one twice: a request that fails has failed.
 */
export class Balancer {
  private readonly ready = new Map<string, boolean>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly prober: NodeJS.Timeout;
  private turn = 0;
  /** Requests by backend. */
  readonly sent = new Map<string, number>();

  constructor(
    private readonly backends: readonly string[],
    probeEveryMs: number,
  ) {
    for (const backend of backends) this.ready.set(backend, true);
    this.prober = setInterval(() => void this.probe(), probeEveryMs);
  }

  /** @returns the status, or the error's code when no answer came. */
  async send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body = '',
  ): Promise<number | string> {
    const live = this.backends.filter((backend) => this.ready.get(backend) === true);
    this.turn += 1;
    const backend = live[this.turn % live.length];
    if (backend === undefined) return 'no backend is ready';
    this.sent.set(backend, (this.sent.get(backend) ?? 0) + 1);
    return this.exchange(`${backend}${path}`, { method, headers, body });
  }

  /** Resolves once this backend gets traffic. */
  async sawReady(backend: string): Promise<void> {
    await eventually(() => {
      if (this.ready.get(backend) !== true) throw new Error(`${backend} is not ready`);
    });
  }

  close(): void {
    clearInterval(this.prober);
    this.agent.destroy();
  }

  private exchange(
    url: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body: string },
  ): Promise<number | string> {
    return new Promise((resolve) => {
      const outgoing = request(url, { method, headers, agent: this.agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', (error) => resolve(error.message));
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      outgoing.end(body);
    });
  }

  private async probe(): Promise<void> {
    await Promise.all(
      this.backends.map(async (backend) => {
        const status = await fetch(`${backend}/health/ready`).then(
          (response) => response.status,
          () => 0,
        );
        this.ready.set(backend, status === 200);
      }),
    );
  }
}
