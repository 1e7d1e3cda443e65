import type pg from 'pg';
import type { DatabaseErrorClass } from '../classify-database-error.js';
import { type ConnectClientOptions, connectClient } from '../connection/connect-client.js';
import type { DatabaseConnector } from '../database-connector.js';
import { DatabaseFault, faultOf } from '../fault.js';
import type { DatabaseTarget } from '../target.js';
import { type DatabaseHealth, assembleHealth } from './database-health.js';
import { type HealthRules, judge } from './judge.js';
import type { PoolGauge } from './pool-gauge.js';
import { takeSnapshot } from './snapshot.js';

/** One answer serves everybody for so long: a thousand probes a second are one query a second. */
const CACHE_MS = 1_000;
const STATEMENT_TIMEOUT_MS = 500;
/** For everything, a new connection included: probes are commonly given one second. */
const DEADLINE_MS = 800;
/** A full disk is noticed by writes, not by probes; so it is remembered for a while. */
const STORAGE_FULL_MEMORY_MS = 10_000;

export interface ReadinessParts {
  target: DatabaseTarget;
  connector: Pick<DatabaseConnector, 'connected' | 'lastFault'>;
  pool: PoolGauge;
  /** Asked once, at the first check after connecting. */
  rules: () => HealthRules;
  /** Default: a real connection. A test that counts queries passes its own. */
  connect?: (target: DatabaseTarget, options: ConnectClientOptions) => Promise<pg.Client>;
  /** Monotonic milliseconds. */
  now?: () => number;
}

/**
 * Answers "can this service use its database now?" with one statement on one connection of its own, which
 * no busy pool can starve.
 */
export class DatabaseReadiness {
  private client: pg.Client | undefined;
  private latest: { health: DatabaseHealth; at: number } | undefined;
  private inFlight: Promise<DatabaseHealth> | undefined;
  private latched: DatabaseHealth | undefined;
  private rules: HealthRules | undefined;
  private storageFullAt = Number.NEGATIVE_INFINITY;
  private readonly now: () => number;

  constructor(private readonly parts: ReadinessParts) {
    this.now = parts.now ?? (() => performance.now());
  }

  /** Never throws. At most one query a second, however many ask. */
  async check(): Promise<DatabaseHealth> {
    const { connector } = this.parts;
    // Costs nothing and so is not cached: ready follows the first connection at once.
    if (!connector.connected) {
      const fault = connector.lastFault ?? new DatabaseFault('DB_UNREACHABLE', 'not connected yet');
      return this.assemble({ fault });
    }
    if (this.inFlight !== undefined) return this.inFlight;
    if (this.latest !== undefined && this.now() - this.latest.at < CACHE_MS)
      return this.latest.health;
    this.inFlight = this.probe().finally(() => (this.inFlight = undefined));
    return this.inFlight;
  }

  /** Like {@link check} until it was good once; from then on that answer. */
  async startup(): Promise<DatabaseHealth> {
    if (this.latched !== undefined) return this.latched;
    const health = await this.check();
    if (health.ok) this.latched = health;
    return health;
  }

  /** Tells readiness how a statement of the service failed. */
  observe(kind: DatabaseErrorClass): void {
    if (kind === 'storage-full') this.storageFullAt = this.now();
  }

  async stop(): Promise<void> {
    await this.inFlight?.catch(() => undefined);
    await this.drop();
  }

  private async probe(): Promise<DatabaseHealth> {
    const health = await this.ask();
    this.latest = { health, at: this.now() };
    return health;
  }

  private async ask(): Promise<DatabaseHealth> {
    this.rules ??= this.parts.rules();
    const rules = this.rules;
    try {
      const snapshot = await withDeadline(this.snapshot(rules));
      // A session keeps the read-only default it began with; the next one shows whether that was taken back.
      if (snapshot.readOnly) void this.drop();
      return this.assemble({ schema: judge(snapshot, rules) });
    } catch (error) {
      void this.drop();
      return this.assemble({ fault: faultOf(error) });
    }
  }

  private async snapshot(rules: HealthRules): ReturnType<typeof takeSnapshot> {
    const client = this.client ?? (await this.connect(rules.service));
    return takeSnapshot(client, rules.tables);
  }

  private async connect(service: string): Promise<pg.Client> {
    const client = await (this.parts.connect ?? connectClient)(this.parts.target, {
      applicationName: `${service}-readiness`,
      connectTimeoutMs: DEADLINE_MS,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      queryTimeoutMs: DEADLINE_MS,
    });
    client.once('end', () => {
      if (this.client === client) this.client = undefined;
    });
    // A connection that came after its deadline may find a successor already in place.
    await this.drop();
    this.client = client;
    return client;
  }

  private async drop(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private assemble(finding: Parameters<typeof assembleHealth>[0]): DatabaseHealth {
    const storageFull = this.now() - this.storageFullAt < STORAGE_FULL_MEMORY_MS;
    return assembleHealth(finding, { pool: this.parts.pool, storageFull });
  }
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const fault = new DatabaseFault('DB_UNREACHABLE', `no answer within ${DEADLINE_MS} ms`);
    timer = setTimeout(() => reject(fault), DEADLINE_MS);
  });
  // The loser of the race still settles; its error was already reported as the deadline's.
  work.catch(() => undefined);
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
