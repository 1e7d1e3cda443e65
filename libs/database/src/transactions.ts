import { AsyncLocalStorage } from 'node:async_hooks';
import {
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
  type DataSource,
  type EntityManager,
} from 'typeorm';
import {
  type DatabaseErrorClass,
  DatabaseConnectionLost,
  DatabaseNotConnected,
  classifyDatabaseError,
  sqlStateOf,
} from './classify-database-error.js';
import { failedAsPrepared } from './connection/prepared.js';
import { JoinedTransaction } from './joined-transaction.js';

/** An open transaction. Repository writes demand one, so that none can happen outside. */
export type Tx = EntityManager;

/** Where one statement can read from: a transaction, or the pool. Nothing can be written through it. */
export type Reader = Pick<EntityManager, 'query'>;

// serialization_failure and deadlock_detected: the server undid the work and asks to repeat it.
const RETRYABLE = new Set(['40001', '40P01']);
const MAX_ATTEMPTS = 4; // one, and three retries
const RETRY_BASE_MS = 10;

/** The one place where a transaction opens, and where a connection is borrowed for a read. */
export class Transactions {
  private readonly joined = new AsyncLocalStorage<JoinedTransaction | undefined>();
  private inside = 0;

  constructor(
    private readonly dataSource: DataSource,
    /** Told about every failure that is the database's: readiness remembers a full disk. */
    private readonly onDatabaseError: (kind: DatabaseErrorClass) => void = () => undefined,
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * Runs `work` in one transaction: committed when it returns, rolled back when it throws. A
   * serialization failure or a deadlock repeats it, at most three times, with growing random pauses;
   * so `work` must not do anything that a rollback cannot undo.
   *
   * @throws {DatabaseNotConnected} while the database has not answered since the start.
   * @throws {DatabaseConnectionLost} when it broke in between; whether a commit that was sent then took
   *   place is not known, so a caller that repeats must be idempotent.
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const joined = this.joined.getStore();
    if (joined?.open === true) return joined.take((tx) => this.within(tx, () => work(tx)));
    return this.repeating(() => this.dataSource.transaction(work));
  }

  /**
   * For work that is one statement, which is a transaction by itself: one round trip, where BEGIN and COMMIT
   * would make it three. Repeated as {@link run} is.
   *
   * @throws {DatabaseNotConnected} while the database has not answered since the start.
   */
  async one<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.joined.getStore()?.open === true) return this.run(work);
    return this.repeating(() => work(this.dataSource.manager));
  }

  /**
   * Reads with a single statement, which is its own snapshot: one round trip, where BEGIN and COMMIT would
   * make it three. Two reads that must agree with each other belong into {@link run}.
   *
   * @throws {DatabaseNotConnected} while the database has not answered since the start.
   */
  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    const joined = this.joined.getStore();
    if (joined?.open === true) return joined.take(work);
    return this.repeating(() => work(this.dataSource.manager));
  }

  /**
   * Everything that `work` calls takes part in `tx`: its {@link run} becomes a savepoint of this transaction,
   * its {@link read} sees what was written so far. For whoever must commit a request's effect together with
   * something that the request does not know of; a use-case never needs it.
   */
  async within<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
    const joined = new JoinedTransaction(tx);
    this.inside += 1;
    try {
      return await this.joined.run(joined, work);
    } finally {
      await joined.end();
      this.inside -= 1;
      // Up to Node.js 22 a storage in use costs every promise of the process; nobody is within any more.
      if (this.inside === 0) this.joined.disable();
    }
  }

  /**
   * For work that several requests share, such as a batch: it is no part of the transaction of the request
   * that happened to begin it, whose rollback would undo what others were told is done.
   */
  async apart<T>(work: () => Promise<T>): Promise<T> {
    return this.joined.getStore() === undefined ? work() : this.joined.run(undefined, work);
  }

  private async repeating<T>(work: () => Promise<T>): Promise<T> {
    if (!this.dataSource.isInitialized) throw new DatabaseNotConnected();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (thrown) {
        const error = isReleased(thrown) ? new DatabaseConnectionLost(thrown) : thrown;
        const again = RETRYABLE.has(sqlStateOf(error) ?? '') || failedAsPrepared(error);
        if (attempt === MAX_ATTEMPTS || !again) {
          const kind = classifyDatabaseError(error);
          if (kind !== null) this.onDatabaseError(kind);
          throw error;
        }
        await pause(this.random() * RETRY_BASE_MS * 2 ** attempt);
      }
    }
  }
}

/**
 * TypeORM gives a connection back as soon as it breaks, so the next statement of the transaction meets
 * a connection that is gone already. Nothing else releases it while `work` runs.
 */
function isReleased(error: unknown): boolean {
  return (
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
