import type pg from 'pg';
import { type Catalogue, readCatalogue } from '../catalogue/catalogue.js';
import { compareCatalogues, type Difference } from '../catalogue/compare-catalogues.js';
import { replay } from '../replay/replay.js';
import type { Direction } from '../run/events.js';
import type { SeedCheck } from '../seed/read-tables.js';
import { seedRows, type SeededTable } from '../seed/seed.js';
import type { ShadowDatabase } from '../shadow/shadow.js';
import type { Migration } from '../sources/migration.js';
import { type Contents, lostBetween, type LostData, readContents } from './contents.js';

/** What was found out about one migration by going there, back, and there again. */
export interface VerifiedMigration {
  number: string;
  name: string;
  /** Whether `down` leaves the schema that was there before; `none` when there is no way back. */
  wayBack: 'restores' | 'differs' | 'none';
  /** What differs after `down`, or after the second `up`. */
  differences: Difference[];
  /** Rows and values from before `up` that are not there after `down`. */
  lost: LostData[];
}

export interface VerifiedDatabase {
  migrations: VerifiedMigration[];
  /** Tables that got fewer rows than wanted: there, less was proved. */
  unseeded: SeededTable[];
}

interface Verification {
  client: pg.Client;
  roles: { owner: string; app: string };
  rows: number;
  coming: ReadonlyMap<string, readonly SeedCheck[]>;
  unseeded: Map<string, SeededTable>;
}

/**
 * Takes every migration up, down and up again, in order, over tables that hold rows.
 *
 * @param rows put into each table as soon as it is there
 * @param coming CHECKs that later migrations make: a migration that validates one must find rows that keep
 *   it. Whether live rows do is what `plan --check-data` asks.
 * @throws {MigrationRefused} MIGRATION_FAILED
 */
export async function verifyDatabase(
  client: pg.Client,
  { owner, app }: ShadowDatabase,
  {
    migrations,
    rows,
    coming,
  }: {
    migrations: readonly Migration[];
    rows: number;
    coming: ReadonlyMap<string, readonly SeedCheck[]>;
  },
): Promise<VerifiedDatabase> {
  const roles = { owner: owner.user, app: app.user };
  const verification: Verification = { client, roles, rows, coming, unseeded: new Map() };
  const verified: VerifiedMigration[] = [];
  let before = await look(verification);
  for (const migration of migrations) {
    const found = await verifyMigration(verification, migration, before);
    verified.push(found.verified);
    before = found.after;
  }
  return { migrations: verified, unseeded: [...verification.unseeded.values()] };
}

interface Look {
  catalogue: Catalogue;
  contents: Contents;
}

async function verifyMigration(
  verification: Verification,
  migration: Migration,
  before: Look,
): Promise<{ verified: VerifiedMigration; after: Look }> {
  const { number, name } = migration;
  await go(verification, migration, 'up');
  // What `up` emptied stays empty until it was compared.
  const up = await look(verification, new Set(Object.keys(before.contents)));
  const verified: VerifiedMigration = {
    ...{ number, name, wayBack: 'none', differences: [], lost: [] },
  };
  if (migration.down === null) return { verified, after: up };
  await go(verification, migration, 'down');
  const down = await lookOnly(verification);
  await go(verification, migration, 'up');
  const again = await look(verification);
  const differences = [
    ...compareCatalogues(before.catalogue, down.catalogue),
    ...compareCatalogues(up.catalogue, again.catalogue),
  ];
  Object.assign(verified, {
    wayBack: differences.length === 0 ? 'restores' : 'differs',
    differences,
    lost: lostBetween(before.contents, down.contents),
  });
  return { verified, after: again };
}

async function go(
  { client }: Verification,
  migration: Migration,
  direction: Direction,
): Promise<void> {
  await replay(client, [{ migration, direction }]);
}

/** Rows first: whatever is tried next meets them. */
async function look(verification: Verification, leave?: ReadonlySet<string>): Promise<Look> {
  const { client, rows, coming, unseeded } = verification;
  for (const seeded of await seedRows(client, rows, leave, coming)) {
    if (seeded.refused === null) unseeded.delete(seeded.table);
    else unseeded.set(seeded.table, seeded);
  }
  return lookOnly(verification);
}

async function lookOnly({ client, roles }: Verification): Promise<Look> {
  return {
    catalogue: await readCatalogue(client, roles),
    contents: await readContents(client),
  };
}
