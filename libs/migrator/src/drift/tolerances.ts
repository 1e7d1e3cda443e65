import { canonicalJson } from '../catalogue/canonical.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { compareCatalogues, type Difference } from '../catalogue/compare-catalogues.js';

/**
 * What may differ in a database that was not made by its migrations:
 *
 *   names       the same index or constraint under another name, when a program made up one of the two
 *   comments    on anything
 *   extensions  that no migration makes: somebody installed them for the whole server
 *   ownership   owners, grants and default grants: everything belonged to one user
 *
 * Nothing else. varchar and varchar(255), serial and identity, a UNIQUE constraint and a unique index are told
 * apart: the service relies on the rule, and a later migration that changes it would not do what it says.
 */
export type Tolerance = 'names' | 'comments' | 'extensions' | 'ownership';

/** A difference that was let pass. */
export interface Tolerated {
  tolerance: Tolerance;
  /** For people. */
  detail: string;
}

export interface Judged {
  differences: Difference[];
  tolerated: Tolerated[];
}

/** Compares, and sorts out what may differ. */
export function compareTolerantly(
  expected: Catalogue,
  actual: Catalogue,
  tolerances: readonly Tolerance[],
): Judged {
  const tolerated: Tolerated[] = [];
  const note = (tolerance: Tolerance, detail: string): void => {
    tolerated.push({ tolerance, detail });
  };
  let [should, is] = [expected, actual];
  if (tolerances.includes('names')) is = withExpectedNames(should, is, note);
  if (tolerances.includes('ownership')) {
    [should, is] = [should, is].map(withoutOwnership) as [Catalogue, Catalogue];
    noteOwnership(expected, actual, note);
  }
  if (tolerances.includes('comments')) {
    [should, is] = [should, is].map(withoutComments) as [Catalogue, Catalogue];
    noteComments(expected, actual, note);
  }
  const found = compareCatalogues(should, is);
  if (!tolerances.includes('extensions')) return { differences: found, tolerated };
  const isExtra = ({ kind, object }: Difference): boolean =>
    kind === 'unexpected' && object.startsWith('extension ');
  for (const { object } of found.filter(isExtra)) note('extensions', `${object} is installed here`);
  return { differences: found.filter((difference) => !isExtra(difference)), tolerated };
}

type Note = (tolerance: Tolerance, detail: string) => void;

// PostgreSQL's own (users_email_key, users_check1), and the naming conventions of SQLAlchemy, Alembic, Django
// and TypeORM.
const GENERATED = [
  /_(pkey|key|fkey|check|excl|idx|not_null)\d*"?$/,
  /^"?(ix|uq|ck|fk|pk|idx|uix|chk|PK|UQ|FK|IDX|CHK|REL)_/,
  /_[0-9a-f]{8}(_\w+)?"?$/,
];

/** Renames what is the same but for a generated name, so that it compares equal. */
function withExpectedNames(expected: Catalogue, actual: Catalogue, note: Note): Catalogue {
  const renamed = { ...actual };
  const missing = Object.keys(expected).filter((key) => actual[key] === undefined);
  for (const key of missing) {
    const place = placeOf(key);
    if (place === null) continue;
    const twin = Object.keys(renamed).find(
      (other) =>
        expected[other] === undefined &&
        placeOf(other) === place &&
        canonicalJson(renamed[other] ?? null) === canonicalJson(expected[key] ?? null) &&
        [key, other].some(isGenerated),
    );
    if (twin === undefined) continue;
    renamed[key] = renamed[twin] ?? {};
    delete renamed[twin];
    note('names', `${key} is called ${lastName(twin)} here`);
  }
  return renamed;
}

// The last part of a name; a quoted one may hold dots.
const LAST_NAME = /("(?:[^"]|"")*"|[^."]+)$/;

/** `constraint public.users` of `constraint public.users.users_pkey`: where a twin is looked for. */
function placeOf(key: string): string | null {
  return /^(constraint|index) /.test(key) ? key.replace(LAST_NAME, '') : null;
}

function lastName(key: string): string {
  return LAST_NAME.exec(key)?.[1] ?? key;
}

function isGenerated(key: string): boolean {
  return GENERATED.some((form) => form.test(lastName(key)));
}

const without = (catalogue: Catalogue, property: string): Catalogue =>
  Object.fromEntries(
    Object.entries(catalogue).map(([key, value]) => [
      key,
      Object.fromEntries(Object.entries(value).filter(([name]) => name !== property)),
    ]),
  );

const withoutComments = (catalogue: Catalogue): Catalogue => without(catalogue, 'comment');

const isGrant = (key: string): boolean => /^(grant|default grants) on /.test(key);

function withoutOwnership(catalogue: Catalogue): Catalogue {
  const kept = Object.entries(catalogue).filter(([key]) => !isGrant(key));
  return without(Object.fromEntries(kept), 'owner');
}

function noteOwnership(expected: Catalogue, actual: Catalogue, note: Note): void {
  const strangers = new Map<string, number>();
  for (const value of Object.values(actual)) {
    const { owner } = value;
    if (typeof owner === 'string') strangers.set(owner, (strangers.get(owner) ?? 0) + 1);
  }
  for (const [owner, objects] of strangers)
    note('ownership', `${objects} objects belong to ${owner}`);
  const grants = compareCatalogues(expected, actual).filter(({ object }) => isGrant(object));
  if (grants.length > 0) note('ownership', `${grants.length} grants differ`);
}

function noteComments(expected: Catalogue, actual: Catalogue, note: Note): void {
  for (const [key, value] of Object.entries(expected)) {
    const is = actual[key];
    if (is === undefined || (value['comment'] ?? null) === (is['comment'] ?? null)) continue;
    note('comments', `${key} has ${is['comment'] === undefined ? 'no' : 'another'} comment`);
  }
}
