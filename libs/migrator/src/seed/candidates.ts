import type { SeedCheck, SeedColumn } from './read-tables.js';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 1);
// Migrations that bring rows of their own number them from 1; smallint ends at 32767, and n * n must fit an int.
const FIRST_INTEGER = 30_000;
const LITERAL = /'((?:[^']|'')*)'/g;
const NUMBER = /(?<![\w'.])(\d+(?:\.\d+)?)(?![\w'.])/g;

const JSONS = ['{}', '[]', '["seed"]', '{"seed": 1}', '"seed"', '1'];

// What CHECKs of real schemas ask of text: identifiers, hashes, addresses, codes, places in the web.
const TEXTS = (i: number): string[] => [
  `seed-${i}`,
  `SEED${i}`,
  `seed${i}`,
  'abcdef0123456789'.repeat(4).slice(0, 63) + (i % 10),
  'abcdef0123456789'.repeat(2).slice(0, 31) + (i % 10),
  `0x${'ab'.repeat(20).slice(0, 39)}${i % 10}`,
  `https://seed-${i}.example.com/`,
  `seed-${i}@example.com`,
  ['USD', 'EUR', 'JPY'][i % 3] ?? 'USD',
  ['US', 'DE', 'JP'][i % 3] ?? 'US',
  String(1_000 + i),
  String(i),
  '{}',
  '',
];

/**
 * Values worth trying in row `i` of a column, the likeliest first, as PostgreSQL's text form.
 * Constants that stand in the table's CHECKs come before what the type suggests.
 *
 * @param turn which of the constants comes first; another one in each row unless it is told
 */
export function candidatesOf(
  column: SeedColumn,
  i: number,
  checks: readonly SeedCheck[],
  turn = i,
): (string | null)[] {
  const mine = checks.filter(({ columns }) => columns.includes(column.name));
  const values = [...rotated(constantsIn(mine, column), turn), ...byType(column, i)];
  const { length } = column;
  const fitting = length === null ? values : values.filter((value) => value.length <= length);
  // The text that is unique to this row, shortened, when nothing else is short enough.
  const all = fitting.length > 0 || length === null ? fitting : [String(i % 10).slice(0, length)];
  const distinct: (string | null)[] = [...new Set(all)];
  return column.nullable ? [...distinct, null] : distinct;
}

function byType({ kind, category, base, labels }: SeedColumn, i: number): string[] {
  if (kind === 'e') return rotated(labels, i);
  // The element's type is not known here: what it does not read, the server passes over.
  if (category === 'A') return ['{}', '{1}', '{seed}'];
  if (kind === 'r') return ['empty'];
  const dayAfter = (days: number): string =>
    new Date(FIRST_DAY + (i + days) * DAY_MS).toISOString();
  const day = dayAfter(0);
  const byName: Record<string, string[]> = {
    bool: ['true', 'false'],
    uuid: [`00000000-0000-4000-8000-${String(i).padStart(12, '0')}`],
    json: JSONS,
    jsonb: JSONS,
    bytea: [32, 20, 16, 64, 12, 1].map((bytes) => `\\x${hex(i, bytes)}`),
    date: [day.slice(0, 10)],
    time: [`0${i % 10}:00:00`],
    timetz: [`0${i % 10}:00:00+00`],
    interval: [`${i} days`],
    inet: [`192.0.2.${i % 256}`],
    cidr: [`192.0.${i % 256}.0/24`],
    macaddr: [`00:00:00:00:00:${hex(i % 256, 1)}`],
    point: [`(${i},${i})`],
    xml: ['<seed/>'],
    tsvector: ['seed'],
    tsquery: ['seed'],
    bit: ['1', '0'],
    char: ['s'],
  };
  if (byName[base] !== undefined) return byName[base];
  // Something that ends does so after it began.
  if (category === 'D') return [day, dayAfter(400)];
  if (/^int[248]$/.test(base)) return [String(FIRST_INTEGER + i), String(i), '0', '1', '100'];
  if (category === 'N') return [String(i), '0', '1', '0.5', '100'];
  return TEXTS(i);
}

function hex(i: number, bytes: number): string {
  return i
    .toString(16)
    .padStart(bytes * 2, '0')
    .slice(-bytes * 2);
}

/** Words and numbers that the CHECKs compare with; beside a number its neighbours, for `<` and `>`. */
function constantsIn(
  checks: readonly SeedCheck[],
  { base, category, labels }: SeedColumn,
): string[] {
  // A CHECK on JSON names the kinds of its parts, which are no JSON themselves.
  if (base.startsWith('json')) return [];
  const text = checks.map(({ expression }) => expression).join('\n');
  if (category === 'N') {
    return [...text.matchAll(NUMBER)].flatMap(([, digits]) => {
      const value = Number(digits);
      return [String(value), String(value + 1), String(value - 1)];
    });
  }
  const words = [...text.matchAll(LITERAL)].map(([, word = '']) => word.replaceAll("''", "'"));
  if (category === 'A') return words.map((word) => `{"${word.replaceAll('"', '')}"}`);
  return labels.length > 0 ? words.filter((word) => labels.includes(word)) : words;
}

function rotated<T>(values: readonly T[], by: number): T[] {
  const start = values.length === 0 ? 0 : by % values.length;
  return [...values.slice(start), ...values.slice(0, start)];
}
