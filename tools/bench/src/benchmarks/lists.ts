import type pg from 'pg';
import { quantile } from '../contest.js';
import { adminUrlOf, withClient } from '../database.js';
import { HttpClient, timed } from '../http-client.js';
import { milliseconds, ratio, type Table } from '../report.js';
import { medianOf } from '../rounds.js';
import type { Rules } from '../rules.js';
import { withRunning } from '../run-program.js';
import type { BenchServer } from '../server.js';
import { benchPlatform, benchToken, originOf, type BenchService } from '../services.js';
import { commandPages, type CommandPage } from '../settlement/command-pages.js';
import { growCommands } from '../settlement/command-rows.js';
import { emptySettlement } from '../settlement/empty-tables.js';

const SIZES = [10_000, 1_000_000, 10_000_000];
const REQUESTS = 100;
const WARM_UP = 10;

interface Times {
  p50Ms: number;
  p99Ms: number;
  queryP50Ms: number;
  failed: number;
}

/** Pages of commands, whatever stands behind them. */
export async function lists(server: BenchServer, rules: Rules): Promise<Table[]> {
  const { settlement } = await benchPlatform(server);
  const token = await benchToken(server);
  await emptySettlement(server);
  return withClient(adminUrlOf(server, 'settlement_db'), async (client) => {
    const tables: Table[] = [];
    let first: ReadonlyMap<string, Times> | undefined;
    let from = 0;
    for (const to of rules.sizes ?? SIZES) {
      process.stderr.write(`${to.toLocaleString('en')} commands `);
      await growCommands(client, { from, to });
      const cursorKeyFile = settlement.program.env['CURSOR_KEY_FILE'] ?? '';
      const pages = await commandPages(client, to, cursorKeyFile);
      const times = await measure({ settlement, token, client }, pages, rules.rounds);
      first ??= times;
      tables.push(tableOf(to, rules.rounds, { times, first }));
      from = to;
    }
    process.stderr.write('\n');
    return tables;
  });
}

/** Every page in turn, round after round, by the service and by the query alone. */
async function measure(
  { settlement, token, client }: { settlement: BenchService; token: string; client: pg.Client },
  pages: readonly CommandPage[],
  rounds: number,
): Promise<ReadonlyMap<string, Times>> {
  return withRunning(settlement.program, async () => {
    const http = new HttpClient(originOf(settlement), token, 1);
    const runs = new Map<string, Times[]>(pages.map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const page of pages) runs.get(page.name)?.push(await timesOf(page, http, client));
      process.stderr.write(`${round}/${rounds} `);
    }
    http.close();
    return new Map([...runs].map(([name, times]) => [name, medianOf(times)]));
  });
}

async function timesOf(page: CommandPage, http: HttpClient, client: pg.Client): Promise<Times> {
  let failed = 0;
  const ask = async (): Promise<void> => {
    const { status } = await http.get(page.path);
    if (status !== 200) failed += 1;
  };
  const query = async (): Promise<void> => {
    await client.query({ name: page.name, ...page.query });
  };
  const often = (times: number): number[] => Array.from({ length: times }, (_, i) => i);
  await timed(1, often(WARM_UP), ask);
  failed = 0;
  // What takes seconds need not be asked a hundred times.
  const [once = 0] = await timed(1, [0], ask);
  const requests = often(once > 1_000 ? 2 : REQUESTS);
  const latenciesMs = await timed(1, requests, ask);
  const queriesMs = await timed(1, requests, query);
  const [p50Ms, p99Ms] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
  return { p50Ms, p99Ms, queryP50Ms: quantile(queriesMs, 0.5), failed };
}

function tableOf(
  size: number,
  rounds: number,
  { times, first }: Record<'times' | 'first', ReadonlyMap<string, Times>>,
): Table {
  return {
    title: `lists: pages of 50 among ${size.toLocaleString('en')} commands (median of ${rounds} alternating runs)`,
    head: ['', 'p50', 'p99', 'of the smallest table', 'query alone', 'of the query', 'failed'],
    rows: [...times].map(([name, { p50Ms, p99Ms, queryP50Ms, failed }]) => [
      name,
      milliseconds(p50Ms),
      milliseconds(p99Ms),
      ratio(p50Ms, first.get(name)?.p50Ms),
      milliseconds(queryP50Ms),
      ratio(p50Ms, queryP50Ms),
      String(failed),
    ]),
    notes: [],
    figures: Object.fromEntries(times),
  };
}
