import type { FastifyReply, FastifyRequest } from 'fastify';

interface Entry {
  request: FastifyRequest;
  startedAt: number;
}

type OnExpired = (request: FastifyRequest, reply: FastifyReply) => void;

const CHECK_INTERVAL_MS = 100;

/**
 * The requests that are being answered: the deadline of each, and what a shutdown has to wait for.
 *
 * All have the same deadline, so the Map's insertion order is their order of expiry, and one timer for
 * the process looks at the oldest: a timer and an AbortController for each request would cost more than
 * many of the requests.
 */
export class InFlight {
  private readonly entries = new Map<FastifyReply, Entry>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly timeoutMs: number,
    private readonly onExpired: OnExpired,
  ) {
    this.timer = setInterval(() => {
      this.expire(performance.now());
    }, CHECK_INTERVAL_MS).unref();
  }

  get size(): number {
    return this.entries.size;
  }

  add(request: FastifyRequest, reply: FastifyReply): void {
    this.entries.set(reply, { request, startedAt: performance.now() });
  }

  remove(reply: FastifyReply): void {
    this.entries.delete(reply);
  }

  replies(): IterableIterator<FastifyReply> {
    return this.entries.keys();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private expire(now: number): void {
    for (const [reply, { request, startedAt }] of this.entries) {
      if (now - startedAt < this.timeoutMs) return;
      this.entries.delete(reply);
      this.onExpired(request, reply);
    }
  }
}
