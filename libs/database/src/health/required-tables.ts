import type { DataSource, EntityMetadata } from 'typeorm';

export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/** What the runtime role needs of a table unless its service says less (an append-only journal). */
export const DML: readonly Privilege[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** Privileges by table name, for tables that need less than {@link DML}. */
export type TablePrivileges = Readonly<Record<string, readonly Privilege[]>>;

/** What must exist for the entities of a service to work; each by the name that the migrations gave it. */
export interface RequiredTable {
  schema: string;
  table: string;
  columns: readonly string[];
  /** Its name; `true` when the entity leaves the name to the migration; false for a view. */
  primaryKey: string | boolean;
  /** Unique, check, exclusion and foreign key constraints. */
  constraints: readonly string[];
  indexes: readonly string[];
  privileges: readonly Privilege[];
}

/**
 * Derives the required tables from the entities, so that nothing is typed twice. The DataSource must
 * know its metadata (see `buildMetadata`); no connection is needed.
 */
export function requiredTables(
  dataSource: DataSource,
  privileges: TablePrivileges = {},
): RequiredTable[] {
  const tables = new Map<string, RequiredTable>();
  for (const metadata of dataSource.entityMetadatas) {
    const required = describe(metadata, privileges[metadata.tableName]);
    const key = `${required.schema}.${required.table}`;
    tables.set(key, merge(tables.get(key), required));
  }
  return [...tables.values()].sort((a, b) => (a.table < b.table ? -1 : 1));
}

function describe(
  metadata: EntityMetadata,
  privileges: readonly Privilege[] | undefined,
): RequiredTable {
  const isView = metadata.tableType === 'view';
  const rules = [
    ...metadata.uniques,
    ...metadata.checks,
    ...metadata.exclusions,
    ...metadata.foreignKeys,
  ];
  return {
    schema: metadata.schema ?? 'public',
    table: metadata.tableName,
    columns: metadata.columns
      .filter((column) => !column.isVirtualProperty)
      .map((column) => column.databaseName),
    primaryKey: !isView && (metadata.primaryColumns[0]?.primaryKeyConstraintName ?? true),
    constraints: names(rules),
    indexes: names(metadata.indices),
    privileges: privileges ?? (isView ? ['SELECT'] : DML),
  };
}

function names(objects: readonly { name?: string | undefined }[]): string[] {
  return objects.flatMap(({ name }) => (name === undefined ? [] : [name])).sort();
}

/** Two entities may share one table (single-table inheritance, a read model beside the aggregate). */
function merge(known: RequiredTable | undefined, added: RequiredTable): RequiredTable {
  if (known === undefined) return added;
  return {
    ...known,
    primaryKey: typeof known.primaryKey === 'string' ? known.primaryKey : added.primaryKey,
    columns: union(known.columns, added.columns),
    constraints: union(known.constraints, added.constraints),
    indexes: union(known.indexes, added.indexes),
    privileges: union(known.privileges, added.privileges),
  };
}

function union<T>(a: readonly T[], b: readonly T[]): T[] {
  return [...new Set([...a, ...b])];
}
