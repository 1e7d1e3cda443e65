import { join } from 'node:path';
import { migrations } from '@fusion-prime/settlement-migrations';
import { FP, ROOT } from '../contestants.js';
import { adminUrlOf, withClient } from '../database.js';
import { output } from '../http-load.js';
import { FLEET_FILE, platformVariables } from '../platform.js';
import type { BenchServer } from '../server.js';

type CreateSettlement = InstanceType<(typeof migrations)[0]>;

const DATABASE = 'settlement_db';
const KEPT = 'bench_production';

const OLD_ROWS = `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, payer, payee,
    asset_symbol, amount_numeric, status, last_updated)
  SELECT gen_random_uuid(), 'wf-' || i % 1000, 'acct-' || i % 10000, 'acct-' || i % 10000,
         'acct-' || (i + 1) % 10000, 'USDC', 12.5,
         (ARRAY['received', 'settled', 'settled', 'settled', 'settled', 'rejected', 'failed'])[1 + i % 7],
         now() - i * interval '1 s'
    FROM generate_series(1, $1::int) AS i`;

export interface Migration {
  name: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt: number;
}

/** A settlement database as production has had it since before this platform, adopted and not migrated. */
export class ProductionDatabase {
  private constructor(
    private readonly server: BenchServer,
    private readonly variables: Readonly<Record<string, string>>,
  ) {}

  static async make(server: BenchServer, commands: number): Promise<ProductionDatabase> {
    const variables = await platformVariables(server);
    const made = new ProductionDatabase(server, variables);
    await withClient(variables['SETTLEMENT_MIGRATE_URL'] ?? '', async (owner) => {
      const [First] = migrations;
      if (First === undefined) throw new Error('settlement has no migrations');
      const runner: unknown = { query: (sql: string) => owner.query(sql) };
      await new First().up(runner as Parameters<CreateSettlement['up']>[0]);
    });
    await withClient(adminUrlOf(server, DATABASE), async (admin) => {
      await admin.query(OLD_ROWS, [commands]);
      await admin.query('VACUUM (ANALYZE) settlement_commands');
    });
    await made.fp('adopt', 'settlement', '--to', '1760000000000', '--yes');
    await withClient(server.adminUrl, async (admin) => {
      await admin.query(`DROP DATABASE IF EXISTS ${KEPT}`);
      await admin.query(`ALTER DATABASE ${DATABASE} RENAME TO ${KEPT}`);
    });
    return made;
  }

  /** As the service's role. */
  get appUrl(): string {
    return this.variables['SETTLEMENT_DATABASE_URL'] ?? '';
  }

  /** Back to where it was adopted. */
  async restore(): Promise<void> {
    await withClient(this.server.adminUrl, async (admin) => {
      await admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${DATABASE} TEMPLATE ${KEPT} OWNER settlement_owner`);
      await admin.query(`REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`);
      await admin.query(`GRANT CONNECT ON DATABASE ${DATABASE} TO settlement_app`);
      await admin.query('CHECKPOINT');
    });
  }

  /** To the newest version, by the real command. @returns what it ran, and when */
  async migrate(): Promise<Migration[]> {
    const text = await this.fp('up', '--only', 'settlement', '--yes', '--json-lines');
    const events = text
      .split('\n')
      .filter((line) => line.startsWith('{"type":"migration-applied"'))
      .map((line) => JSON.parse(line) as AppliedEvent);
    return events.map(({ migration: { number, name }, durationMs, at }) => ({
      name: `${number} ${name}`,
      startedAt: Date.parse(at) - durationMs,
      endedAt: Date.parse(at),
    }));
  }

  private async fp(...args: string[]): Promise<string> {
    const env = { HOME: process.env['HOME'] ?? join(ROOT, '.data'), ...this.variables };
    const command = [FP, 'migrate', ...args, '--fleet', FLEET_FILE];
    return (await output(process.execPath, command, env)).text;
  }
}

interface AppliedEvent {
  migration: { number: string; name: string };
  durationMs: number;
  at: string;
}
