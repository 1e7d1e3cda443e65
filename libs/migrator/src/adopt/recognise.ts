import { type Catalogue, readCatalogue, type Schema } from '../catalogue/catalogue.js';
import type { Difference } from '../catalogue/compare-catalogues.js';
import type { ExpectedSchemas } from '../drift/expected-schemas.js';
import { compareTolerantly, type Judged, type Tolerance } from '../drift/tolerances.js';
import { MigrationRefused } from '../refused.js';
import { replay } from '../replay/replay.js';
import { label, type Migration } from '../sources/migration.js';

export const ADOPT_TOLERANCES: readonly Tolerance[] = [
  'names',
  'comments',
  'extensions',
  'ownership',
];

/** The version that a database was found to be at. */
export interface Recognised {
  /** Up to and with the one that it is at. */
  migrations: Migration[];
  /** What that version looks like where it was migrated. */
  expected: Catalogue;
  judged: Judged;
}

interface Candidate extends Recognised {
  newest: Migration;
}

export interface RecogniseOptions {
  name: string;
  live: Schema;
  migrations: readonly Migration[];
  /** Only this version will do; undefined tries them all. */
  to: string | undefined;
}

/**
 * Replays one version after the other, and finds the one whose schema is the live one. Two versions that differ in
 * their rows alone look the same, and only a person knows whether the second has run.
 *
 * @throws {MigrationRefused} ADOPT_NO_MATCH naming the closest version and each difference; ADOPT_AMBIGUOUS
 */
export async function recognise(
  expected: ExpectedSchemas,
  { name, live, migrations, to }: RecogniseOptions,
): Promise<Recognised> {
  const candidates: Candidate[] = [];
  const end = to === undefined ? migrations.length : indexOf(migrations, to, name) + 1;
  const wanted = { service: name, majorVersion: live.majorVersion };
  await expected.inDatabase(wanted, async (client) => {
    for (const [index, newest] of migrations.slice(0, end).entries()) {
      await replay(client, [{ migration: newest, direction: 'up' }]);
      if (to !== undefined && index < end - 1) continue;
      const should = await readCatalogue(client);
      const judged = compareTolerantly(should, live.catalogue, ADOPT_TOLERANCES);
      const applied = migrations.slice(0, index + 1);
      candidates.push({ newest, migrations: applied, expected: should, judged });
    }
  });
  const matches = candidates.filter(({ judged }) => judged.differences.length === 0);
  const [match, other] = matches;
  if (match === undefined) return refuseNoMatch(name, candidates);
  if (other !== undefined) refuseAmbiguous(name, matches);
  return match;
}

function indexOf(migrations: readonly Migration[], to: string, name: string): number {
  const meant = BigInt(to).toString();
  const index = migrations.findIndex(({ number }) => number === meant);
  if (index >= 0) return index;
  throw new MigrationRefused('UNKNOWN_VERSION', `${name}: this build has no migration ${to}`);
}

// More than this and the folder is the wrong one.
const MOST_TOLD = 40;

function refuseNoMatch(name: string, candidates: readonly Candidate[]): never {
  const count = ({ judged }: Candidate): number => judged.differences.length;
  // Of two that are equally close the newer one: `<=` lets it win.
  const closest = candidates.reduce((best, one) => (count(one) <= count(best) ? one : best));
  const lines = closest.judged.differences.slice(0, MOST_TOLD).map(lineOf);
  const rest = count(closest) - lines.length;
  throw new MigrationRefused(
    'ADOPT_NO_MATCH',
    `${name}: no version of the migrations makes this schema; nothing was changed. The closest is ` +
      `${label(closest.newest)}:\n${lines.join('\n')}${rest > 0 ? `\n  and ${rest} more` : ''}\n` +
      `Make the database what that version is, or write the migration that makes what the database is`,
  );
}

const lineOf = ({ detail }: Difference): string => `  ${detail}`;

function refuseAmbiguous(name: string, matches: readonly Candidate[]): never {
  const versions = matches.map(({ newest }) => label(newest)).join(', ');
  throw new MigrationRefused(
    'ADOPT_AMBIGUOUS',
    `${name}: the schema is the same after ${versions}: these differ in rows alone. Look at the rows, and ` +
      `say which has run:  npx fp migrate adopt ${name} --to ${matches[0]?.newest.number}`,
  );
}
