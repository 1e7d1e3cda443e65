import type { OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from './config/database-config.js';
import { type ConnectionFacts, checkConnection } from './connection/check-connection.js';
import { connectClient } from './connection/connect-client.js';
import type { DatabaseLog } from './database-log.js';
import { type DatabaseFault, faultOf } from './fault.js';
import type { Expectation } from './health/server-rules.js';

const DEADLINE_MS = 60_000;
const FIRST_PAUSE_MS = 100;
// Ready at most 1 s after the database answers leaves room for one pause of this length.
const LONGEST_PAUSE_MS = 500;

export interface ConnectorParts {
  dataSource: DataSource;
  config: DatabaseConfig;
  expected: Expectation;
  log: DatabaseLog;
  /** Default 60 s. */
  deadlineMs?: number;
}

/**
 *   waiting ──answered and checked──► connected      (for good: later faults are readiness' business)
 *      │
 *      ├── permanent fault ──► start() throws at once
 *      └── deadline passed ──► start() throws the last fault
 */
export class DatabaseConnector implements OnApplicationShutdown {
  /** True from the first checked connection on. */
  connected = false;
  /** Why the last attempt failed; readiness shows it while not connected. */
  lastFault: DatabaseFault | undefined;
  private readonly stopping = new AbortController();
  private started: Promise<void> | undefined;

  constructor(private readonly parts: ConnectorParts) {}

  /**
   * Waits for the database, checks it, fills the DataSource. Resolves also when {@link stop} came first.
   *
   * @throws {DatabaseFault} permanent, or the last one when the deadline has passed.
   */
  start(): Promise<void> {
    this.started ??= this.keepTrying();
    return this.started;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.started?.catch(() => undefined);
    if (this.parts.dataSource.isInitialized) await this.parts.dataSource.destroy();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  private async keepTrying(): Promise<void> {
    const { log, deadlineMs = DEADLINE_MS } = this.parts;
    const deadline = performance.now() + deadlineMs;
    for (let pauseMs = FIRST_PAUSE_MS; !this.stopping.signal.aborted; pauseMs *= 2) {
      const fault = await this.attempt();
      if (fault === undefined) return;
      if (fault.permanent || performance.now() >= deadline) throw fault;
      if (fault.message !== this.lastFault?.message) {
        log.warn(
          { event: 'database.waiting', code: fault.reason, reason: fault.message },
          'waiting for the database',
        );
      }
      this.lastFault = fault;
      const longest = Math.min(pauseMs, LONGEST_PAUSE_MS);
      await pause(longest / 2 + (Math.random() * longest) / 2, this.stopping.signal);
    }
  }

  private async attempt(): Promise<DatabaseFault | undefined> {
    const { dataSource, log } = this.parts;
    try {
      const facts = await this.check();
      await dataSource.initialize();
      this.lastFault = undefined;
      this.connected = true;
      log.info(this.describe(facts), 'database connected');
      return undefined;
    } catch (error) {
      await closeHalfOpenPool(dataSource);
      return faultOf(error);
    }
  }

  private async check(): Promise<ConnectionFacts> {
    const { config, expected } = this.parts;
    const client = await connectClient(config.target, {
      applicationName: expected.service,
      connectTimeoutMs: config.connectTimeoutMs,
      queryTimeoutMs: config.statementTimeoutMs,
    });
    try {
      return await checkConnection(client, expected);
    } finally {
      void client.end().catch(() => undefined);
    }
  }

  /** A deployment check looks for this line: it proves which database is used, without the password. */
  private describe({
    engine,
    version,
    database,
    role,
    identity,
  }: ConnectionFacts): Record<string, unknown> {
    const { service } = this.parts.expected;
    const hostKind = this.parts.config.target.kind;
    const uuid = identity?.databaseUuid ?? null;
    return {
      event: 'database connected',
      service,
      engine,
      version,
      hostKind,
      database,
      role,
      databaseUuid: uuid,
    };
  }
}

/**
 * TypeORM forgets its pool, with a client still checked out, when initialize() fails after the pool was
 * made; `end()` alone would wait for that client for ever. Its driver's disconnect releases it first.
 */
async function closeHalfOpenPool(dataSource: DataSource): Promise<void> {
  const driver = dataSource.driver as typeof dataSource.driver & { master?: unknown };
  if (driver.master !== undefined) await driver.disconnect().catch(() => undefined);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
