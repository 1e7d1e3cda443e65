import type { Json } from './canonical.js';
import type { TypeRow } from './catalogue-rows.js';
import type { GrantedKind } from './grants.js';
import { type Entry, Known, present } from './known.js';
import { shownName } from './object-name.js';
import { roleName } from './service-roles.js';

/** What stands in no table: schemas, routines, types, extensions, default grants. */
export function schemaEntries(known: Known): Entry[] {
  return [
    ...namespaceEntries(known),
    ...routineEntries(known),
    ...typeEntries(known),
    ...known.rows.extensions.map(({ name, schema }): Entry => {
      // Not its version: servers are updated one environment after the other.
      return [`extension ${shownName(name)}`, { schema }];
    }),
    ...defaultGrantEntries(known),
  ];
}

function namespaceEntries(known: Known): Entry[] {
  return known.rows.schemas.flatMap((schema): Entry[] => {
    if (!known.schemas.has(schema.oid) || known.isMember('pg_namespace', schema.oid)) return [];
    const key = `schema ${shownName(schema.name)}`;
    // Who owns public depends on the server's history, not on anything a migration does.
    const owner = schema.name === 'public' ? undefined : known.owner(schema);
    const comment = known.comment('pg_namespace', schema.oid);
    return [[key, present({ owner, comment })], ...known.grants('schema', key, schema)];
  });
}

const ROUTINES = { f: 'function', p: 'procedure', w: 'function', a: 'aggregate' } as const;

function routineEntries(known: Known): Entry[] {
  const aggregates = new Map(
    known.rows.aggregates.map(({ routine, definition }) => [routine, definition]),
  );
  return known.rows.routines.flatMap((routine): Entry[] => {
    const { oid, kind, definition } = routine;
    const name = known.nameIn(routine.schema, routine.name);
    if (name === null || known.isMember('pg_proc', oid)) return [];
    const key = `${ROUTINES[kind]} ${name}(${routine.arguments})`;
    const value = present({
      definition: definition ?? aggregates.get(oid),
      owner: known.owner(routine),
      comment: known.comment('pg_proc', oid),
    });
    return [[key, value], ...known.grants('routine', key, routine)];
  });
}

const TYPES = { c: 'type', d: 'domain', e: 'enum', r: 'range' } as const;

function typeEntries(known: Known): Entry[] {
  const labels = new Map(known.rows.labels.map((row) => [row.type, row.labels]));
  const ranges = new Map(known.rows.ranges.map(({ type, ...range }) => [type, range]));
  const propertiesOf = (type: TypeRow): Record<string, Json | undefined> => {
    if (type.kind === 'e') return { labels: labels.get(type.oid) ?? [] };
    if (type.kind === 'r') return { ...ranges.get(type.oid) };
    if (type.kind === 'd') {
      const { base, notNull, collation } = type;
      return { base, nullable: !notNull, default: type.default, collation };
    }
    // Unlike a table's, the columns of a composite type are addressed by their place: ROW(1, 2).
    const columns = known.columnsOf(type.relation);
    const ordered = [...columns].sort((a, b) => a.position - b.position);
    return { attributes: ordered.map((column) => `${shownName(column.name)} ${column.type}`) };
  };
  return known.rows.types.flatMap((type): Entry[] => {
    const name = known.nameIn(type.schema, type.name);
    if (name === null || known.isMember('pg_type', type.oid)) return [];
    const key = `${TYPES[type.kind]} ${name}`;
    const comment = known.comment(
      type.kind === 'c' ? 'pg_class' : 'pg_type',
      type.kind === 'c' ? type.relation : type.oid,
    );
    const value = present({ ...propertiesOf(type), owner: known.owner(type), comment });
    return [[key, value], ...known.grants('type', key, type)];
  });
}

const DEFAULTED: Record<string, { kind: GrantedKind; word: string }> = {
  r: { kind: 'table', word: 'tables' },
  S: { kind: 'sequence', word: 'sequences' },
  f: { kind: 'routine', word: 'functions' },
  T: { kind: 'type', word: 'types' },
  n: { kind: 'schema', word: 'schemas' },
};

/** What every new object will be granted. */
function defaultGrantEntries(known: Known): Entry[] {
  return known.rows.defaultGrants.flatMap(({ owner, schema, kind, acl }): Entry[] => {
    const place = schema === 0 ? '' : known.schemas.get(schema);
    const defaulted = DEFAULTED[kind];
    if (place === undefined || defaulted === undefined) return [];
    const who = roleName(owner, known.roles);
    const key = `default grants on ${defaulted.word}${place && ` in ${shownName(place)}`} by ${who}`;
    const granted = acl.length === 0 ? [] : known.granted(defaulted.kind, { owner, acl });
    const others = granted.filter(({ grantee }) => grantee !== who);
    return [
      [key, Object.fromEntries(others.map(({ grantee, privileges }) => [grantee, privileges]))],
    ];
  });
}
