import { readFileSync } from 'node:fs';
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
  { name: 'of a status that one in 100 has', filter: { status: 'failed' } },
  { name: 'of a status that none has', filter: { status: 'expired' } },
];

/** The pages that are measured, in a table of `count` commands. */
export async function commandPages(
  client: pg.Client,
  count: number,
  cursorKeyFile: string,
): Promise<CommandPage[]> {
  const cursors = new Cursors(readFileSync(cursorKeyFile, 'utf8').trim());
  const pages: CommandPage[] = [];
  for (const { name, filter, middleOf: among } of KINDS) {
    const entries = Object.entries(filter);
    const where = entries.map(([column, value]) => `${column} = '${value}'`).join(' AND ');
    const after =
      among === undefined ? null : await middleOf(client, where || 'true', among(count));
    const cursor = cursors.write({ list: 'commands', ...filter }, after);
    const asked = { ...filter, limit: String(LIMIT), ...(cursor !== null && { cursor }) };
    pages.push({
      name,
      path: `/commands?${new URLSearchParams(asked).toString()}`,
      query: queryOf(entries, after),
    });
  }
  return pages;
}

function queryOf(
  filter: readonly (readonly [string, string])[],
  after: readonly [string, string] | null,
): CommandPage['query'] {
  const values = [...filter.map(([, value]) => value), ...(after ?? [])];
  const rules = filter.map(([column], i) => `${column} = $${String(i + 1)}`);
  if (after !== null) {
    const [at, id] = [filter.length + 1, filter.length + 2].map(String);
    rules.push(`(created_at, command_id) < ($${at ?? ''}::timestamptz, $${id ?? ''})`);
  }
  const where = rules.length === 0 ? '' : `WHERE ${rules.join(' AND ')}`;
  const order = `ORDER BY created_at DESC, command_id DESC LIMIT ${String(LIMIT + 1)}`;
  return { text: `SELECT ${COLUMNS} FROM settlement_commands ${where} ${order}`, values };
}
