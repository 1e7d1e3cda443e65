import { readFileSync } from 'node:fs';
import { SEARCHED_ROWS } from '@fusion-prime/kernel';
import { Cursors } from '@fusion-prime/service';
import type pg from 'pg';
import { middleOf, PARTS } from './command-rows.js';

/** A page of commands, as clients ask for it, and the least that PostgreSQL must be asked for it. */
export interface CommandPage {
  name: string;
  path: string;
  query: { text: string; values: unknown[] };
}

const LIMIT = 50;
const COLUMNS = `command_id, workflow_id, account_ref, payer, payee, asset_symbol, amount_numeric, status,
  version, reason_code, decision, hold_id, expires_at, created_at, last_updated`;

interface Kind {
  name: string;
  filter: Readonly<Record<string, string>>;
  /** What no index knows, and is looked for in a stretch of the list. */
  searched?: string;
  /** How many of `count` commands it lets through, when the page is to be in their middle. */
  middleOf?: (count: number) => number;
}

const KINDS: readonly Kind[] = [
  { name: 'first page', filter: {} },
  { name: 'in the middle', filter: {}, middleOf: (count) => count },
  { name: 'of an account', filter: { account_ref: 'acct-3' } },
  {
    name: 'of an account, in the middle',
    filter: { account_ref: 'acct-3' },
    middleOf: (count) => count / PARTS,
  },
  { name: 'of a workflow', filter: { workflow_id: 'wf-3' } },
  { name: 'of a status that one in 100 has', filter: {}, searched: 'failed' },
  { name: 'of a status that none has', filter: {}, searched: 'expired' },
  {
    name: 'of an account, of a status that none has',
    filter: { account_ref: 'acct-3' },
    searched: 'expired',
  },
];

/** The pages that are measured, in a table of `count` commands. */
export async function commandPages(
  client: pg.Client,
  count: number,
  cursorKeyFile: string,
): Promise<CommandPage[]> {
  const cursors = new Cursors(readFileSync(cursorKeyFile, 'utf8').trim());
  const pages: CommandPage[] = [];
  for (const { name, filter, searched, middleOf: among } of KINDS) {
    const entries = Object.entries(filter);
    const where = entries.map(([column, value]) => `${column} = '${value}'`).join(' AND ');
    const after =
      among === undefined ? null : await middleOf(client, where || 'true', among(count));
    const filters = { ...filter, ...(searched !== undefined && { status: searched }) };
    const cursor = cursors.write({ list: 'commands', ...filters }, after);
    const asked = { ...filters, limit: String(LIMIT), ...(cursor !== null && { cursor }) };
    const query = queryOf(entries, {
      after,
      limit: searched === undefined ? LIMIT + 1 : SEARCHED_ROWS,
    });
    pages.push({
      name,
      path: `/commands?${new URLSearchParams(asked).toString()}`,
      query: searched === undefined ? query : searchOf(query, searched),
    });
  }
  return pages;
}

function queryOf(
  filter: readonly (readonly [string, string])[],
  { after, limit }: { after: readonly [string, string] | null; limit: number },
): CommandPage['query'] {
  const values = [...filter.map(([, value]) => value), ...(after ?? [])];
  const rules = filter.map(([column], i) => `${column} = $${String(i + 1)}`);
  if (after !== null) {
    const [at, id] = [filter.length + 1, filter.length + 2].map(String);
    rules.push(`(created_at, command_id) < ($${at ?? ''}::timestamptz, $${id ?? ''})`);
  }
  const where = rules.length === 0 ? '' : `WHERE ${rules.join(' AND ')}`;
  const order = `ORDER BY created_at DESC, command_id DESC LIMIT ${String(limit)}`;
  return { text: `SELECT ${COLUMNS} FROM settlement_commands ${where} ${order}`, values };
}

function searchOf({ text, values }: CommandPage['query'], status: string): CommandPage['query'] {
  const where = `WHERE status = $${String(values.length + 1)} LIMIT ${String(LIMIT + 1)}`;
  return { text: `SELECT * FROM (${text}) AS looked_at ${where}`, values: [...values, status] };
}
