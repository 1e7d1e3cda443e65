import { readFileSync } from 'node:fs';
import { Refusal } from '@fusion-prime/kernel';

// A renewed token is in use this long after it was written.
const READ_AGAIN_AFTER_MS = 5_000;

/** This service cannot say who it is, so nobody would answer it. */
export class ServiceTokenUnreadable extends Refusal {
  readonly kind = 'unavailable';
  readonly code = 'service-token-unreadable';
  override readonly retryAfterSeconds = 5;

  constructor(cause: unknown) {
    super('the token of this service, for its calls to others, cannot be read at present');
    this.cause = cause;
  }
}

/**
 * The token that this service shows when it calls another, from SERVICE_TOKEN_FILE. The file is read again
 * every few seconds, so whoever renews it need not tell.
 */
export class ServiceToken {
  private known = '';
  private readAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly file: string | undefined,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws {ServiceTokenUnreadable} */
  current(): string {
    if (this.now() - this.readAt < READ_AGAIN_AFTER_MS) return this.known;
    try {
      if (this.file === undefined) throw new Error('SERVICE_TOKEN_FILE is not set');
      const text = readFileSync(this.file, 'utf8').trim();
      if (text === '') throw new Error('SERVICE_TOKEN_FILE is empty');
      this.known = text;
    } catch (error) {
      throw new ServiceTokenUnreadable(error);
    }
    this.readAt = this.now();
    return this.known;
  }
}
