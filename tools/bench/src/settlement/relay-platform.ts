import type pg from 'pg';
import { adminUrlOf, withClient } from '../database.js';
import { quantile } from '../contest.js';
import { EventSink } from '../event-sink.js';
import type { Pace } from '../paced.js';
import { withRunning } from '../run-program.js';
import type { BenchServer } from '../server.js';
import { benchPlatform, originOf, withVariables, type BenchService } from '../services.js';
import { emptySettlement, emptyTables } from './empty-tables.js';
import { appendAtPace, fillOutbox, TO_ALERT, untilSent } from './outbox-rows.js';

const WARM_UP = 2_000;

export interface Amount {
  aggregates: number;
  /** Events of each aggregate. */
  ofEach: number;
}

/** Settlement with its relay to alert: to the service, or to a sink that takes its place. */
export class RelayPlatform {
  private constructor(
    private readonly server: BenchServer,
    private readonly settlement: BenchService,
    private readonly alert: BenchService,
    private readonly sink: EventSink,
  ) {}

  static async on(server: BenchServer): Promise<RelayPlatform> {
    const { settlement, alert } = await benchPlatform(server);
    return new RelayPlatform(server, settlement, alert, await EventSink.open());
  }

  get databaseUrl(): string {
    return this.settlement.program.env['DATABASE_URL'] ?? '';
  }

  /** From the commit of all events until each was handed to the sink and marked. */
  async toSink(amount: Amount): Promise<{ perSecond: number; peakRssMb: number; failed: number }> {
    await this.reset();
    this.sink.forget();
    const moved = await this.relay(this.sink.url, amount);
    const events = WARM_UP + amount.aggregates * amount.ofEach;
    return { ...moved, failed: events - this.sink.arrivals.size + this.sink.doubled };
  }

  /** The same into the inbox of alert, which raises an alert for each. */
  async toAlert(amount: Amount): Promise<{ perSecond: number; peakRssMb: number; failed: number }> {
    await this.reset();
    const moved = await withRunning(this.alert.program, () =>
      this.relay(originOf(this.alert), amount),
    );
    const { rows } = await withClient(adminUrlOf(this.server, 'alert_db'), (client) =>
      client.query<{ done: number }>('SELECT count(*)::int AS done FROM processed_events'),
    );
    const events = WARM_UP + amount.aggregates * amount.ofEach;
    return { ...moved, failed: events - (rows[0]?.done ?? 0) };
  }

  /** From before the commit of one event until the sink has it. */
  async latency(pace: Pace): Promise<{ p50Ms: number; p99Ms: number; peakRssMb: number }> {
    await this.reset();
    this.sink.forget();
    return this.withSettlement(this.sink.url, async (client, peakRssMb) => {
      const url = adminUrlOf(this.server, 'settlement_db');
      const appendedAt = await appendAtPace(url, TO_ALERT, pace);
      await untilSent(client);
      const { arrivals } = this.sink;
      const latenciesMs = [...appendedAt].map(([id, at]) => (arrivals.get(id) ?? Infinity) - at);
      latenciesMs.sort((a, b) => a - b);
      const [p50Ms, p99Ms] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
      return { p50Ms, p99Ms, peakRssMb: peakRssMb() };
    });
  }

  /** Rows that nobody relays: what the limit claims. */
  async fill(amount: Amount): Promise<void> {
    await this.reset();
    await withClient(adminUrlOf(this.server, 'settlement_db'), (client) =>
      fillOutbox(client, TO_ALERT, amount),
    );
  }

  async unsent(): Promise<number> {
    const { rows } = await withClient(adminUrlOf(this.server, 'settlement_db'), (client) =>
      client.query<{ left: number }>(
        `SELECT count(*)::int AS left FROM outbox WHERE status = 'pending'`,
      ),
    );
    return rows[0]?.left ?? 0;
  }

  close(): void {
    this.sink.close();
  }

  private async relay(
    target: string,
    amount: Amount,
  ): Promise<{ perSecond: number; peakRssMb: number }> {
    return this.withSettlement(target, async (client, peakRssMb) => {
      await fillOutbox(client, TO_ALERT, { aggregates: WARM_UP, ofEach: 1 });
      await untilSent(client);

      await client.query('TRUNCATE outbox');
      await fillOutbox(client, TO_ALERT, amount);
      const startedAt = performance.now();
      await untilSent(client);
      const seconds = (performance.now() - startedAt) / 1_000;
      return { perSecond: (amount.aggregates * amount.ofEach) / seconds, peakRssMb: peakRssMb() };
    });
  }

  private async withSettlement<T>(
    target: string,
    work: (client: pg.Client, peakRssMb: () => number) => Promise<T>,
  ): Promise<T> {
    const { program } = withVariables(this.settlement, { ALERT_URL: target });
    return withRunning(program, ({ peakRssMb }) =>
      withClient(adminUrlOf(this.server, 'settlement_db'), (client) => work(client, peakRssMb)),
    );
  }

  private async reset(): Promise<void> {
    await emptySettlement(this.server);
    const tables = ['alerts', 'acknowledgements', 'alert_timeline', 'processed_events'];
    await emptyTables(this.server, 'alert_db', tables);
  }
}
