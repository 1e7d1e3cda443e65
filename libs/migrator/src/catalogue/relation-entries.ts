import type { Json } from './canonical.js';
import type { ColumnRow, RelationRow } from './catalogue-rows.js';
import { type Entry, Known, present } from './known.js';
import { shownName } from './object-name.js';

type TableKind = 'r' | 'p' | 'f' | 'v' | 'm' | 'S';
const KEY_WORDS: Record<TableKind, string> = {
  r: 'table',
  p: 'table',
  f: 'foreign table',
  v: 'view',
  m: 'materialized view',
  S: 'sequence',
};
const REPLICA_IDENTITIES: Record<string, string> = { f: 'full', n: 'nothing', i: 'index' };

/** Tables, views and sequences, with their columns and the grants on either. */
export function relationEntries(known: Known): Entry[] {
  const parents = parentsOf(known);
  const sequences = sequencesOf(known);
  const defaults = new Map(
    known.rows.defaults.map(({ relation, position, expression }) => [
      `${relation} ${position}`,
      expression,
    ]),
  );
  return known.rows.relations.flatMap((relation): Entry[] => {
    const name = known.relations.get(relation.oid);
    if (name === undefined || !isTableLike(relation)) return [];
    const key = `${KEY_WORDS[relation.kind]} ${name}`;
    const value = present({
      ...tableValue(known, relation, parents.get(relation.oid)),
      ...sequences.get(relation.oid),
    });
    const kind = relation.kind === 'S' ? 'sequence' : 'table';
    const columns = known.columnsOf(relation.oid);
    return [
      [key, value],
      ...known.grants(kind, key, relation),
      ...columns.flatMap((column) => columnEntries(known, { relation, name, column, defaults })),
    ];
  });
}

function isTableLike(relation: RelationRow): relation is RelationRow & { kind: TableKind } {
  return relation.kind in KEY_WORDS;
}

function tableValue(
  known: Known,
  relation: RelationRow,
  parents: string[] | undefined,
): Record<string, Json | undefined> {
  const { oid, kind, persistence, rowSecurity, forceRowSecurity, replicaIdentity } = relation;
  const { options, definition, partitionKey, partitionBound, isPartition } = relation;
  return {
    owner: known.owner(relation),
    persistence: persistence === 'u' ? 'unlogged' : undefined,
    rowSecurity: kind === 'r' || kind === 'p' ? rowSecurity : undefined,
    forceRowSecurity: forceRowSecurity || undefined,
    replicaIdentity: 'rpm'.includes(kind) ? REPLICA_IDENTITIES[replicaIdentity] : undefined,
    options: options === null ? undefined : [...options].sort(),
    definition: definition ?? undefined,
    partitionKey: partitionKey ?? undefined,
    partitionBound: partitionBound ?? undefined,
    partitionOf: isPartition ? parents?.[0] : undefined,
    inherits: isPartition ? undefined : parents,
    comment: known.comment('pg_class', oid),
  };
}

interface TheColumn {
  relation: RelationRow;
  name: string;
  column: ColumnRow;
  defaults: ReadonlyMap<string, string>;
}

const IDENTITIES: Record<string, string> = { a: 'always', d: 'by default' };
const GENERATED: Record<string, string> = { s: 'stored', v: 'virtual' };
const COMPRESSIONS: Record<string, string> = { p: 'pglz', l: 'lz4' };

/** The place of a column in its table is left out: no statement that names its columns depends on it. */
function columnEntries(known: Known, { relation, name, column, defaults }: TheColumn): Entry[] {
  const { type, notNull, identity, generated, collation, compression, position } = column;
  const key = `column ${name}.${shownName(column.name)}`;
  const grants = known.grants('column', key, { owner: relation.owner, acl: column.acl ?? [] });
  if (relation.kind === 'v' || relation.kind === 'm') return grants;
  const expression = defaults.get(`${relation.oid} ${position}`);
  const value = present({
    type,
    nullable: !notNull,
    default: generated === '' ? expression : undefined,
    generated: generated === '' ? undefined : `${GENERATED[generated] ?? generated}: ${expression}`,
    identity: IDENTITIES[identity],
    collation: collation ?? undefined,
    compression: COMPRESSIONS[compression],
    comment: known.comment('pg_class', relation.oid, position),
  });
  return [[key, value], ...grants];
}

function parentsOf(known: Known): Map<number, string[]> {
  const parents = new Map<number, string[]>();
  for (const { child, parent } of known.rows.parents) {
    const name = known.relations.get(parent);
    if (name !== undefined) parents.set(child, [...(parents.get(child) ?? []), name]);
  }
  return parents;
}

/** Where a sequence stands is data, and left out. */
function sequencesOf(known: Known): Map<number, Record<string, Json | undefined>> {
  const columnOf = new Map(
    known.rows.columns.map(({ relation, position, name }) => [`${relation} ${position}`, name]),
  );
  const owners = new Map(
    known.rows.columnParts.map(({ part, relation, position }) => {
      const column = columnOf.get(`${relation} ${position}`) ?? '';
      return [part, `${known.relations.get(relation)}.${shownName(column)}`];
    }),
  );
  return new Map(
    known.rows.sequences.map(({ oid, cycle, ...rest }) => [
      oid,
      { ...rest, cycle: cycle || undefined, ownedBy: owners.get(oid) },
    ]),
  );
}
