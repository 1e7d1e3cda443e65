import {
  type MigrationLockEntry,
  type MigrationState,
  compareHistory,
} from '../migrations-lock.js';
import type { ReasonCode } from '../fault.js';
import type { RequiredTable } from './required-tables.js';
import { type Expectation, type HealthReason, isPostgres, serverReasons } from './server-rules.js';
import type { FoundTable, IdentityRow, Snapshot } from './snapshot.js';

export interface MissingObjects {
  ok: boolean;
  missing: string[];
}

/** What a snapshot means. Everything but connectivity and the pool, which the caller knows. */
export interface SchemaHealth {
  reasons: HealthReason[];
  /** `engine` is null unless it is known to be PostgreSQL. */
  server: { engine: 'postgresql' | null; version: string | null };
  identity: { ok: boolean; service: string | null; environment: string | null };
  tables: MissingObjects;
  columns: MissingObjects;
  indexes: MissingObjects & { invalid: string[] };
  constraints: MissingObjects;
  grants: MissingObjects;
  migrations: MigrationState & { ok: boolean };
}

export interface HealthRules extends Expectation {
  tables: readonly RequiredTable[];
  lock: readonly MigrationLockEntry[];
}

/** Compares what the database has with what the entities and migrations demand. Pure. */
export function judge(snapshot: Snapshot, rules: HealthRules): SchemaHealth {
  const server = serverReasons(snapshot, rules);
  const objects = compareObjects(snapshot, rules.tables);
  const migrations = compareHistory(rules.lock, snapshot.applied ?? []);
  const identity = identityOf(snapshot);
  return {
    reasons: [...server, ...migrationReasons(migrations, snapshot), ...objectReasons(objects)],
    server: serverOf(snapshot),
    identity: {
      ok: identity !== undefined && !server.some(({ code }) => code === 'DB_IDENTITY_MISMATCH'),
      service: identity?.service ?? null,
      environment: identity?.environment ?? null,
    },
    tables: listed(objects.tables),
    columns: listed(objects.columns),
    indexes: {
      ...listed(objects.indexes),
      ok: objects.indexes.length + objects.invalid.length === 0,
      invalid: objects.invalid,
    },
    constraints: listed(objects.constraints),
    grants: listed(objects.grants),
    migrations: { ...migrations, ok: isServable(migrations, snapshot) },
  };
}

function serverOf({ version, versionNumber }: Snapshot): SchemaHealth['server'] {
  const engine = isPostgres(version) ? 'postgresql' : null;
  const [major, minor] = [Math.floor(versionNumber / 10_000), versionNumber % 10_000];
  return { engine, version: engine && `${major}.${minor}` };
}

function identityOf(snapshot: Snapshot): IdentityRow | undefined {
  return snapshot.identity?.[0];
}

/** Ahead is fine: in a rolling deploy the newer build migrates first. */
function isServable({ state }: MigrationState, snapshot: Snapshot): boolean {
  return (state === 'current' || state === 'ahead') && identityOf(snapshot) !== undefined;
}

type ObjectKind = 'tables' | 'columns' | 'indexes' | 'invalid' | 'constraints' | 'grants';
type Objects = Record<ObjectKind, string[]>;

const CODES: readonly [ObjectKind, ReasonCode, string][] = [
  ['tables', 'TABLE_MISSING', 'table does not exist'],
  ['columns', 'COLUMN_MISSING', 'column does not exist'],
  ['constraints', 'CONSTRAINT_MISSING', 'constraint does not exist'],
  ['indexes', 'INDEX_MISSING', 'index does not exist'],
  ['invalid', 'INDEX_INVALID', 'index is INVALID: its concurrent build failed or still runs'],
  ['grants', 'GRANT_MISSING', "the service's role lacks this privilege"],
];

function objectReasons(objects: Objects): HealthReason[] {
  return CODES.flatMap(([kind, code, words]) =>
    objects[kind].map((object) => ({ code, object, detail: `${object}: ${words}` })),
  );
}

function compareObjects(snapshot: Snapshot, required: readonly RequiredTable[]): Objects {
  const objects: Objects = {
    tables: [],
    columns: [],
    indexes: [],
    invalid: [],
    constraints: [],
    grants: [],
  };
  objects.grants.push(...snapshot.closedSchemas.map((schema) => `USAGE on schema ${schema}`));
  if (snapshot.migratorExists) {
    if (snapshot.identity === null) objects.grants.push('SELECT on migrator.identity');
    if (snapshot.applied === null) objects.grants.push('SELECT on migrator.history');
  }
  for (const want of required) {
    const found = snapshot.tables.find(
      (each) => each.table === want.table && each.schema === want.schema,
    );
    if (found === undefined) objects.tables.push(nameOf(want));
    else compareTable(want, found, objects);
  }
  return objects;
}

function compareTable(want: RequiredTable, found: FoundTable, objects: Objects): void {
  const name = nameOf(want);
  const absent = (wanted: readonly string[], present: readonly string[]): string[] =>
    wanted.filter((each) => !present.includes(each));

  objects.columns.push(...absent(want.columns, found.columns).map((column) => `${name}.${column}`));
  const constraints = found.constraints.map((each) => each.name);
  const wanted =
    typeof want.primaryKey === 'string' ? [want.primaryKey, ...want.constraints] : want.constraints;
  objects.constraints.push(...absent(wanted, constraints).map((each) => `${name}.${each}`));
  if (want.primaryKey === true && !found.constraints.some(({ type }) => type === 'p')) {
    objects.constraints.push(`${name}.(primary key)`);
  }
  const indexes = found.indexes.map((each) => each.name);
  objects.indexes.push(...absent(want.indexes, indexes).map((each) => `${name}.${each}`));
  const needed = [...want.indexes, ...want.constraints];
  const invalid = found.indexes.filter((each) => !each.valid && needed.includes(each.name));
  objects.invalid.push(...invalid.map((each) => `${name}.${each.name}`));
  objects.grants.push(
    ...absent(want.privileges, found.privileges).map((each) => `${each} on ${name}`),
  );
  if (want.privileges.includes('INSERT')) {
    objects.grants.push(...found.closedSequences.map((each) => `USAGE on sequence ${each}`));
  }
}

function migrationReasons(state: MigrationState, snapshot: Snapshot): HealthReason[] {
  const { migratorExists, identity, applied } = snapshot;
  if (!migratorExists || identity?.length === 0) {
    const what = migratorExists ? 'migrator.identity' : 'schema migrator';
    const detail = `${what} is empty or absent: run npx fp databases create and npx fp migrate up`;
    return [{ code: 'MIGRATIONS_NEVER_APPLIED', object: what, detail }];
  }
  // Closed to the role: the missing grant is the reason, and nothing is known about migrations.
  if (identity === null || applied === null) return [];
  if (state.state === 'never-applied') {
    return [
      {
        code: 'MIGRATIONS_NEVER_APPLIED',
        detail: `no migration was applied; ${state.pending.length} wait`,
      },
    ];
  }
  return [
    ...state.mismatched.map((object) => ({
      code: 'MIGRATION_CHECKSUM' as const,
      object,
      detail: `${object}: the applied source differs from this build's`,
    })),
    ...state.pending.map((object) => ({
      code: 'MIGRATIONS_PENDING' as const,
      object,
      detail: `${object}: not applied yet`,
    })),
  ];
}

function nameOf({ schema, table }: { schema: string; table: string }): string {
  return schema === 'public' ? table : `${schema}.${table}`;
}

function listed(missing: string[]): MissingObjects {
  return { ok: missing.length === 0, missing };
}
