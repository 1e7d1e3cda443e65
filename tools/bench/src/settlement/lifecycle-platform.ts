import { setTimeout as sleep } from 'node:timers/promises';
import { adminUrlOf, withClient } from '../database.js';
import { HttpClient } from '../http-client.js';
import { withRunning } from '../run-program.js';
import type { BenchServer } from '../server.js';
import {
  benchPlatform,
  benchToken,
  originOf,
  withVariables,
  type BenchService,
} from '../services.js';
import { sendBulks, type BulkWish } from './bulks.js';
import { emptySettlement, emptyTables } from './empty-tables.js';

const WARM_UP = 2_000;
const BULK = { size: 10_000, inFlight: 2 };
const LOOK_MS = 20;
const DEADLINE_MS = 300_000;

export interface Settled {
  perSecond: number;
  peakRssMb: number;
  failed: number;
}

/** Settlement with its worker on, and the compliance that it asks: two processes, two databases. */
export class LifecyclePlatform {
  private constructor(
    private readonly server: BenchServer,
    private readonly settlement: BenchService,
    private readonly compliance: BenchService,
    private readonly token: string,
  ) {}

  static async on(server: BenchServer): Promise<LifecyclePlatform> {
    const { settlement, compliance } = await benchPlatform(server);
    const driven = withVariables(settlement, {
      SETTLEMENT_AUTO_ADVANCE: 'true',
      COMPLIANCE_URL: originOf(compliance),
    });
    return new LifecyclePlatform(server, driven, compliance, await benchToken(server));
  }

  get databaseUrl(): string {
    return this.settlement.program.env['DATABASE_URL'] ?? '';
  }

  async reset(): Promise<void> {
    await emptySettlement(this.server);
    const tables = ['transfer_decisions', 'transfer_decision_history', 'outbox'];
    await emptyTables(this.server, 'compliance_db', tables);
  }

  /** Sends commands in by bulk, and waits until nothing is left to do. */
  async settle(commands: number, parties: BulkWish['parties']): Promise<Settled> {
    return withRunning(this.compliance.program, () =>
      withRunning(this.settlement.program, async ({ peakRssMb }) => {
        const client = new HttpClient(originOf(this.settlement), this.token, BULK.inFlight);
        const drive = async (items: number): Promise<number> => {
          const startedAt = performance.now();
          await sendBulks(client, { ...BULK, items, parties });
          await this.untilNothingIsDue();
          return (performance.now() - startedAt) / 1_000;
        };
        await drive(WARM_UP);
        const seconds = await drive(commands);
        client.close();
        const failed = WARM_UP + commands - (await this.settled());
        return { perSecond: commands / seconds, peakRssMb: peakRssMb(), failed };
      }),
    );
  }

  async settled(): Promise<number> {
    return withClient(adminUrlOf(this.server, 'settlement_db'), async (client) => {
      const { rows } = await client.query<{ settled: number }>(
        `SELECT count(*)::int AS settled FROM settlement_commands WHERE status = 'settled'`,
      );
      return rows[0]?.settled ?? 0;
    });
  }

  private async untilNothingIsDue(): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    await withClient(adminUrlOf(this.server, 'settlement_db'), async (client) => {
      for (;;) {
        const { rowCount } = await client.query(
          'SELECT FROM settlement_commands WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1',
        );
        if (rowCount === 0) return;
        if (performance.now() > deadline) throw new Error('commands are due after five minutes');
        await sleep(LOOK_MS);
      }
    });
  }
}
