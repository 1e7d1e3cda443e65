import type { RangeVar } from 'libpg-query';

/** A type as the grammar names it: `int4`, `varchar(20)`, `app.money[]`. */
export interface TypeRef {
  name: string;
  /** Length, precision, scale. */
  mods: number[];
  array: boolean;
}

export interface Column {
  name: string;
  type: TypeRef;
  notNull: boolean;
  hasDefault: boolean;
  generated: 'stored' | 'virtual' | null;
  identity: boolean;
}

export interface Constraint {
  name: string;
  kind: 'primary' | 'unique' | 'check' | 'foreign' | 'exclusion' | 'notnull';
  columns: string[];
  validated: boolean;
  /** Key of the table that a foreign key refers to. */
  references: string | null;
  /** Columns that are not NULL wherever a CHECK holds. */
  provesNotNull: string[];
}

export interface Index {
  key: string;
  name: string;
  table: string;
  unique: boolean;
  columns: string[];
  /** Partial, or over expressions: ON CONFLICT and REFRESH CONCURRENTLY see it differently. */
  plain: boolean;
  /** Built CONCURRENTLY, so a failure may have left it INVALID. */
  concurrent: boolean;
  constraint: string | null;
}

export interface Table {
  key: string;
  schema: string;
  name: string;
  kind: 'table' | 'partitioned' | 'view' | 'matview' | 'foreign' | 'temporary';
  columns: Map<string, Column>;
  constraints: Map<string, Constraint>;
  /** Made by a file that is judged: nobody uses it yet. */
  isNew: boolean;
  parent: string | null;
  partitionKey: string[];
  defaultPartition: string | null;
  /** Of a view: what it reads, and the names of the columns it speaks of (`*` for all). */
  reads: Set<string>;
  speaksOf: Set<string>;
  rowSecurity: boolean;
  policies: number;
}

export interface Routine {
  name: string;
  body: string;
  volatile: boolean;
  isNew: boolean;
}

export interface Domain {
  isNew: boolean;
  constrained: boolean;
  notValid: Set<string>;
}

/** What the files before have made of the database, as far as their parse trees tell. */
export class Schema {
  readonly tables = new Map<string, Table>();
  readonly indexes = new Map<string, Index>();
  readonly routines = new Map<string, Routine>();
  readonly domains = new Map<string, Domain>();
  /** Enums and composite types; whether they are new. */
  readonly types = new Map<string, { isNew: boolean; enum: boolean }>();
  readonly sequences = new Map<string, { isNew: boolean }>();
  /** Where names without a schema are looked for. */
  searchPath: string[] = ['public'];

  keyOf({ schemaname, relname = '', relpersistence }: RangeVar): string {
    if (schemaname !== undefined) return `${schemaname}.${relname}`;
    if (relpersistence === 't') return `pg_temp.${relname}`;
    return this.keyOfName([relname]);
  }

  /** `a` or `a.b`, found along the search path; where it would be made when there is none. */
  keyOfName(parts: readonly string[]): string {
    const name = parts.at(-1) ?? '';
    const schema = parts.at(-2);
    if (schema !== undefined) return `${schema}.${name}`;
    for (const candidate of ['pg_temp', ...this.searchPath]) {
      const key = `${candidate}.${name}`;
      if (this.knows(key)) return key;
    }
    return `${this.searchPath[0] ?? 'public'}.${name}`;
  }

  private knows(key: string): boolean {
    const kinds = [this.tables, this.indexes, this.types, this.domains, this.sequences];
    return kinds.some((known) => known.has(key)) || this.routines.has(key);
  }

  table(relation: RangeVar | undefined): Table | undefined {
    return relation === undefined ? undefined : this.tables.get(this.keyOf(relation));
  }

  indexesOf(table: string): Index[] {
    return [...this.indexes.values()].filter((index) => index.table === table);
  }

  /** Foreign keys of other tables that refer to this one. */
  referrers(table: string): { table: Table; constraint: Constraint }[] {
    return [...this.tables.values()].flatMap((other) =>
      [...other.constraints.values()]
        .filter(({ references }) => references === table && other.key !== table)
        .map((constraint) => ({ table: other, constraint })),
    );
  }

  /** Views that read a table, or one column of it. */
  viewsOn(table: string, column?: string): Table[] {
    return [...this.tables.values()].filter(
      ({ reads, speaksOf }) =>
        reads.has(table) && (column === undefined || speaksOf.has('*') || speaksOf.has(column)),
    );
  }

  /** Functions whose body holds the name as a word. */
  routinesNaming(name: string): Routine[] {
    const word = new RegExp(`(?<![\\w"])${name.replace(/[^\w]/g, '\\$&')}(?![\\w])`, 'i');
    return [...this.routines.values()].filter(({ body }) => word.test(body));
  }
}

export function emptyTable(key: string, kind: Table['kind'], isNew: boolean): Table {
  const dot = key.indexOf('.');
  return {
    key,
    schema: key.slice(0, dot),
    name: key.slice(dot + 1),
    kind,
    isNew,
    columns: new Map(),
    constraints: new Map(),
    parent: null,
    partitionKey: [],
    defaultPartition: null,
    reads: new Set(),
    speaksOf: new Set(),
    rowSecurity: false,
    policies: 0,
  };
}

/** The schema is left out where it says nothing. */
export function shown(key: string): string {
  return key.startsWith('public.') || key.startsWith('pg_temp.')
    ? key.slice(key.indexOf('.') + 1)
    : key;
}
