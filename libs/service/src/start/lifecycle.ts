import { randomUUID } from 'node:crypto';

/** Whose process this is: a deployment tells the one before from the one after by it. */
export interface ProcessIdentity {
  service: string;
  /** FP_BUILD_SHA; null when nobody said. */
  buildSha: string | null;
  /** Of this process alone, new at each start. */
  instance: string;
  startedAt: Date;
}

/**
 * Where a process is in its life. Every probe, and every answer while it ends, looks here.
 *
 *   running ─► draining ─► closing
 *
 * draining: still accepts and serves, but says "not ready" so that balancers go elsewhere.
 * closing: accepts no connection, finishes what it has.
 */
export class Lifecycle {
  private current: 'running' | 'draining' | 'closing' = 'running';
  private readonly listeners: (() => void)[] = [];
  readonly process: ProcessIdentity;

  constructor({ service, buildSha }: Pick<ProcessIdentity, 'service' | 'buildSha'>) {
    this.process = { service, buildSha, instance: randomUUID(), startedAt: new Date() };
  }

  get shuttingDown(): boolean {
    return this.current !== 'running';
  }

  onDrain(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** @returns false when it had begun before. */
  beginDrain(): boolean {
    if (this.current !== 'running') return false;
    this.current = 'draining';
    for (const listener of this.listeners) listener();
    return true;
  }

  beginClose(): void {
    this.current = 'closing';
  }
}
