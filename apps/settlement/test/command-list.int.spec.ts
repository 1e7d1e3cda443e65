import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeysetPosition } from '@fusion-prime/kernel';
import type { CommandFilter, CommandSearch } from '../src/commands/command.repository.js';
import { ListCommands } from '../src/commands/list-commands.js';
import { settlementParts, type Parts } from './ledger/parts.js';
import { rowsRead } from './rows-read.js';

const COUNT = 6_000;

// Four in each millisecond. One in 1,000 failed, the newest and the oldest among them; a fifth is of the busy
// workflow, a third of the busy account.
const ROWS = `INSERT INTO settlement_commands (command_id, workflow_id, account_ref, status, reason_code,
    created_at)
  SELECT 'cmd-' || lpad(n::text, 5, '0'), 'wf-' || n % 5, 'acct-' || n % 3,
         CASE WHEN n % 1000 IN (0, 1) THEN 'failed' ELSE 'settled' END,
         CASE WHEN n % 1000 IN (0, 1) THEN 'failed-by-operator' END,
         timestamptz '2026-01-01' + n / 4 * interval '1 ms'
    FROM generate_series(1, ${COUNT}) AS n`;

const MIDDLE = ['2026-01-01 00:00:00.75+00', 'cmd-03001'] as const;

let parts: Parts;
let list: ListCommands;
beforeAll(async () => {
  parts = await settlementParts();
  await parts.database.query(ROWS);
  await parts.database.query('ANALYZE settlement_commands');
  list = new ListCommands(parts.transactions, parts.commands);
});
afterAll(() => parts.close());

/** Page after page to the end: the ids of each. */
async function walk(query: Omit<CommandSearch, 'after'>): Promise<string[][]> {
  const pages: string[][] = [];
  let after: KeysetPosition | null = null;
  do {
    const { items, next } = await list.execute({ ...query, after });
    pages.push(items.map(({ commandId }) => commandId));
    after = next;
  } while (after !== null && pages.length <= COUNT);
  return pages;
}

/** What the walk must find, by a query that knows of no page. */
async function allOf({ workflowId, accountRef, status }: CommandFilter): Promise<string[]> {
  const rows = await parts.database.query<{ command_id: string }>(
    `SELECT command_id FROM settlement_commands
      WHERE workflow_id LIKE $1 AND account_ref LIKE $2 AND status LIKE $3
      ORDER BY created_at DESC, command_id DESC`,
    [workflowId ?? '%', accountRef ?? '%', status ?? '%'],
  );
  return rows.map(({ command_id }) => command_id);
}

const readFor = (query: CommandSearch): Promise<number> =>
  rowsRead(parts.transactions, (reader) => parts.commands.list(reader, query));

const FILTERS: [string, CommandFilter][] = [
  ['a status', { status: 'failed' }],
  ['a status that none has', { status: 'expired' }],
  ['a status of a workflow', { workflowId: 'wf-1', status: 'failed' }],
  ['a status of an account', { accountRef: 'acct-1', status: 'failed' }],
  ['an account of a workflow', { workflowId: 'wf-1', accountRef: 'acct-1' }],
  ['all three', { workflowId: 'wf-1', accountRef: 'acct-1', status: 'failed' }],
];

describe('a search for what no index knows', () => {
  it.each(FILTERS)('of %s finds every command once, newest first', async (_what, filter) => {
    const all = await allOf(filter);
    for (const [limit, stretch] of [
      [1, 997],
      [2, 1_000],
      [50, 1_001],
      [200, 500],
    ] as const) {
      expect((await walk({ filter, limit, stretch })).flat()).toEqual(all);
    }
  });

  it.each(FILTERS)('of %s reads no more than its stretch', async (_what, filter) => {
    const search = { filter, limit: 200, stretch: 300 };
    expect(await readFor({ ...search, after: null })).toBe(300);
    expect(await readFor({ ...search, after: MIDDLE })).toBe(300);
  });

  it('goes on behind an empty page, until the last command was looked at', async () => {
    const query = { filter: { status: 'expired' }, limit: 50, stretch: 1_500 } as const;
    expect(await walk(query)).toEqual([[], [], [], [], []]);
  });

  it('stops where the page is full', async () => {
    const common = { filter: { status: 'settled' }, limit: 20, stretch: 2_000 } as const;
    expect(await readFor({ ...common, after: null })).toBeLessThan(30);
  });
});

describe('a list that an index knows', () => {
  it.each<[string, CommandFilter]>([
    ['everything', {}],
    ['a workflow', { workflowId: 'wf-1' }],
    ['an account', { accountRef: 'acct-1' }],
  ])('of %s has full pages, whatever a stretch is', async (_what, filter) => {
    const all = await allOf(filter);
    const pages = await walk({ filter, limit: 150, stretch: 7 });
    expect(pages.flat()).toEqual(all);
    expect(pages).toHaveLength(Math.ceil(all.length / 150));
    expect(await readFor({ filter, limit: 150, after: null })).toBe(151);
    expect(await readFor({ filter, limit: 150, after: MIDDLE })).toBe(151);
  });
});
