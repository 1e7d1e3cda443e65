import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseDatabaseUrl, type DatabaseTarget } from '@fusion-prime/database/connection';
import { adoptDatabase, migrateDatabase } from '@fusion-prime/migrator';
import { migrations } from '@fusion-prime/settlement-migrations';
import { checkoutRoot, emptyDatabase, type TestDatabase } from '@fusion-prime/testing';
import pg from 'pg';

const FOLDER = join(checkoutRoot(), 'migrations', 'settlement');
const CLIENTS = 4;

// What production has: every status, and columns that nobody filled.
const OLD_ROWS = `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee,
    asset_symbol, amount_numeric, status, last_updated)
  SELECT 'old-' || i, 'wf-' || i % 100, 'acct-' || i % 100, CASE WHEN i % 10 > 0 THEN 'acct-' || i % 100 END,
         CASE WHEN i % 11 > 0 THEN 'payee-' || i % 100 END, 'USDC',
         CASE WHEN i % 13 > 0 THEN i * 0.000000000000000001 END,
         (ARRAY['received', 'validated', 'executed', 'settled', 'rejected', 'failed', 'cancelled'])[1 + i % 7],
         CASE WHEN i % 17 > 0 THEN timestamptz '2025-01-01' + i * interval '1 s' END
    FROM generate_series(1, $1::int) AS i`;

// Word for word what the release before sends.
const INSERT = `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee,
    asset_symbol, amount_numeric, status, last_updated)
  VALUES ($1, 'wf-1', 'acct-1', 'acct-1', 'payee-1', 'USDC', '0.000000000000000001', 'received', now())`;

/** Made by migration 1 without this platform, filled, and adopted at that version. */
export async function productionDatabase(rows: number): Promise<TestDatabase> {
  const database = await emptyDatabase('settlement');
  await withClient(database.ownerUrl, async (owner) => {
    const first = new migrations[0]!();
    const runner: unknown = { query: (sql: string) => owner.query(sql) };
    await first.up(runner as Parameters<typeof first.up>[0]);
  });
  await database.query(OLD_ROWS, [rows]);
  await adoptDatabase(
    {
      name: 'settlement',
      database: database.database,
      urlVariable: 'url',
      migrateUrlVariable: 'url',
      migrateUrl: targetOf(database.ownerUrl),
      migrations: FOLDER,
      dependsOn: [],
      labels: {},
    },
    { to: '1760000000000', shadow: { url: targetOf(database.adminUrl) } },
  );
  return database;
}

/** To the newest version. @returns how many migrations that were */
export async function migrate(database: TestDatabase): Promise<number> {
  const { changed } = await migrateDatabase(targetOf(database.ownerUrl), FOLDER, {
    service: 'settlement',
  });
  return changed.length;
}

/** Instances of the release before, which take commands in until they are stopped. */
export class OldInstances {
  readonly inserted: string[] = [];
  readonly failures: string[] = [];
  private stopped = false;
  private readonly running: Promise<void>[];

  constructor(database: TestDatabase) {
    this.running = Array.from({ length: CLIENTS }, () =>
      withClient(database.appUrl, (client) => this.work(client)),
    );
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async work(client: pg.Client): Promise<void> {
    while (!this.stopped) {
      const id = `new-${randomUUID()}`;
      try {
        await client.query(INSERT, [id]);
        this.inserted.push(id);
      } catch (error) {
        this.failures.push((error as Error).message);
      }
    }
  }
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function targetOf(url: string): DatabaseTarget {
  const { target } = parseDatabaseUrl(url, {
    ...{ audience: 'tool', allowLoopback: true, variable: 'TEST_URL' },
  });
  if (target === undefined) throw new Error('a test server has a good URL');
  return target;
}
