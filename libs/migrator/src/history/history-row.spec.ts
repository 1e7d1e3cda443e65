import { describe, expect, it } from '@jest/globals';
import {
  findTampering,
  GENESIS,
  type HashedRow,
  hashRow,
  type HistoryRow,
  ROW_FIELDS,
} from './history-row.js';

function chain(length: number): HashedRow[] {
  const rows: HashedRow[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    const row = Object.fromEntries(ROW_FIELDS.map((field) => [field, `${field} ${seq}`]));
    const full = { ...row, seq: String(seq), error: null } as unknown as HistoryRow;
    const prev_hash = rows.at(-1)?.hash ?? GENESIS.hash;
    rows.push({ ...full, prev_hash, hash: hashRow(prev_hash, full) });
  }
  return rows;
}

const headOf = (rows: HashedRow[]): HashedRow => rows.at(-1) as HashedRow;

describe('the chain of a history', () => {
  it('is sound when it is what was written', () => {
    const rows = chain(4);
    expect(findTampering(rows, headOf(rows))).toBeNull();
    expect(findTampering([], GENESIS)).toBeNull();
  });

  it.each(ROW_FIELDS.filter((field) => field !== 'seq'))('shows an edited %s', (field) => {
    const rows = chain(3);
    const head = headOf(rows);
    rows[1] = { ...(rows[1] as HashedRow), [field]: 'something else' };
    expect(findTampering(rows, head)).toBe('row 2 was changed');
  });

  it.each<[string, (rows: HashedRow[]) => HashedRow[]]>([
    ['a deleted first row', (rows) => rows.slice(1)],
    ['a deleted row', (rows) => rows.filter((_, index) => index !== 1)],
    ['a cut end', (rows) => rows.slice(0, -1)],
    ['an emptied table', () => []],
    [
      'two swapped rows',
      ([a, b, ...rest]) => [{ ...b, seq: '1' }, { ...a, seq: '2' }, ...rest] as HashedRow[],
    ],
    ['an inserted row', (rows) => [...rows, { ...(rows[0] as HashedRow), seq: '4' }]],
    ['a row without its link', (rows) => rows.map((row) => ({ ...row, prev_hash: GENESIS.hash }))],
  ])('shows %s', (_what, tamper) => {
    const rows = chain(3);
    expect(findTampering(tamper(rows), headOf(rows))).not.toBeNull();
  });

  it('tells null from an empty text, and one field from its neighbour', () => {
    const [row] = chain(1) as [HashedRow];
    const hash = (change: Partial<HistoryRow>): string => hashRow('', { ...row, ...change });
    expect(hash({ error: null })).not.toBe(hash({ error: '' }));
    expect(hash({ name: 'ab', origin: 'sql' })).not.toBe(
      hash({ name: 'a', origin: 'bsql' as 'sql' }),
    );
  });
});
