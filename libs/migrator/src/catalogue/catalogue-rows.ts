/** The rows of `catalogue-sql.ts`, as they come. An `oid` joins them and never leaves this folder. */

type Acl = string[] | null;

export interface SchemaRow {
  oid: number;
  name: string;
  owner: string;
  acl: Acl;
  /** Of the server, in every row. */
  majorVersion: number;
}

export interface RelationRow {
  oid: number;
  schema: number;
  name: string;
  kind: 'r' | 'p' | 'f' | 'v' | 'm' | 'S' | 'c' | 'i' | 'I';
  owner: string;
  acl: Acl;
  persistence: string;
  rowSecurity: boolean;
  forceRowSecurity: boolean;
  replicaIdentity: string;
  options: string[] | null;
  hasRules: boolean;
  isPartition: boolean;
  hasChildren: boolean;
  definition: string | null;
  partitionKey: string | null;
  partitionBound: string | null;
}

export interface ColumnRow {
  relation: number;
  name: string;
  position: number;
  type: string;
  notNull: boolean;
  identity: string;
  generated: string;
  collation: string | null;
  compression: string;
  acl: Acl;
}

export interface IndexRow {
  oid: number;
  relation: number;
  unique: boolean;
  valid: boolean;
  ready: boolean;
  replicaIdentity: boolean;
  definition: string | null;
}

export interface ConstraintRow {
  oid: number;
  schema: number;
  relation: number;
  domain: number;
  name: string;
  kind: string;
  validated: boolean;
  index: number;
  definition: string;
}

export interface TriggerRow {
  relation: number;
  name: string;
  enabled: string;
  constraint: number;
  /** Null for the triggers that enforce a foreign key. */
  definition: string | null;
}

export interface RoutineRow {
  oid: number;
  schema: number;
  name: string;
  kind: 'f' | 'p' | 'w' | 'a';
  arguments: string;
  owner: string;
  acl: Acl;
  definition: string | null;
}

export interface TypeRow {
  oid: number;
  schema: number;
  name: string;
  kind: 'c' | 'd' | 'e' | 'r';
  relation: number;
  owner: string;
  acl: Acl;
  notNull: boolean;
  default: string | null;
  base: string | null;
  collation: string | null;
}

export interface PolicyRow {
  relation: number;
  name: string;
  command: string;
  permissive: boolean;
  roles: string[];
  using: string | null;
  withCheck: string | null;
}

export interface SequenceRow {
  oid: number;
  type: string;
  start: string;
  increment: string;
  minimum: string;
  maximum: string;
  cache: string;
  cycle: boolean;
}

/** Every answer to BASIC_STATEMENTS. */
export interface BasicRows {
  schemas: SchemaRow[];
  relations: RelationRow[];
  columns: ColumnRow[];
  defaults: { relation: number; position: number; expression: string }[];
  indexes: IndexRow[];
  constraints: ConstraintRow[];
  triggers: TriggerRow[];
  defaultGrants: { owner: string; schema: number; kind: string; acl: string[] }[];
  kinds: Record<
    'policies' | 'statistics' | 'comments' | 'extensions' | 'types' | 'aggregates' | 'routines',
    boolean
  >[];
}

/** Every answer to RARE_STATEMENTS; empty where nothing was asked. */
export interface RareRows {
  routines: RoutineRow[];
  aggregates: { routine: number; definition: string }[];
  types: TypeRow[];
  labels: { type: number; labels: string[] }[];
  ranges: {
    type: number;
    subtype: string;
    collation: string | null;
    canonical: string;
    difference: string;
  }[];
  policies: PolicyRow[];
  statistics: { schema: number; name: string; definition: string }[];
  comments: { catalogue: string; oid: number; position: number; text: string }[];
  extensions: { oid: number; name: string; schema: string }[];
  extensionMembers: { catalogue: string; oid: number }[];
  sequences: SequenceRow[];
  columnParts: { part: number; relation: number; position: number }[];
  parents: { child: number; parent: number }[];
  rules: { relation: number; name: string; enabled: string; definition: string }[];
}

export type CatalogueRows = BasicRows & RareRows;
