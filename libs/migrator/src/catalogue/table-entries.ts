import { EVERYBODY } from './acl-item.js';
import type { ConstraintRow } from './catalogue-rows.js';
import { type Entry, Known, present } from './known.js';
import { shownName } from './object-name.js';
import { roleName } from './service-roles.js';

const ENABLED: Record<string, string> = { O: 'yes', D: 'no', R: 'replica', A: 'always' };
const COMMANDS: Record<string, string> = {
  r: 'SELECT',
  a: 'INSERT',
  w: 'UPDATE',
  d: 'DELETE',
  '*': 'ALL',
};

/** What hangs on a table: indexes, constraints, triggers, policies, rules, extended statistics. */
export function tableEntries(known: Known): Entry[] {
  return [
    ...indexEntries(known),
    ...constraintEntries(known),
    ...triggerEntries(known),
    ...policyEntries(known),
    ...ruleEntries(known),
    ...known.rows.statistics.flatMap(({ schema, name, definition }): Entry[] => {
      const shown = known.nameIn(schema, name);
      return shown === null ? [] : [[`statistics ${shown}`, { definition }]];
    }),
  ];
}

/** An index that a constraint made is told with the constraint. */
function indexEntries(known: Known): Entry[] {
  const constrained = new Set(
    known.rows.constraints.filter(({ kind }) => 'pux'.includes(kind)).map(({ index }) => index),
  );
  return known.rows.indexes.flatMap((index): Entry[] => {
    const { oid, relation, unique, valid, ready, replicaIdentity, definition } = index;
    const [name, table] = [known.relations.get(oid), known.relations.get(relation)];
    if (name === undefined || table === undefined || constrained.has(oid)) return [];
    const value = present({
      table,
      unique: unique || undefined,
      definition: afterUsing(definition ?? ''),
      valid: valid && ready,
      replicaIdentity: replicaIdentity || undefined,
      comment: known.comment('pg_class', oid),
    });
    return [[`index ${name}`, value]];
  });
}

/** Without `CREATE INDEX its_name ON its_table`, which would say the name twice. */
function afterUsing(definition: string): string {
  return definition.slice(definition.indexOf(' USING ') + 1);
}

function constraintEntries(known: Known): Entry[] {
  const indexes = new Map(known.rows.indexes.map((index) => [index.oid, index]));
  const switchedOff = new Set(
    known.rows.triggers.flatMap(({ definition, constraint }) =>
      definition === null ? [constraint] : [],
    ),
  );
  const domains = new Map(known.rows.types.map((type) => [type.oid, type]));
  return known.rows.constraints.flatMap((constraint): Entry[] => {
    const { oid, relation, domain, name, validated } = constraint;
    const type = domains.get(domain);
    const on =
      type === undefined ? known.relations.get(relation) : known.nameIn(type.schema, type.name);
    if (on === undefined || on === null) return [];
    const index = 'pux'.includes(constraint.kind) ? indexes.get(constraint.index) : undefined;
    const value = present({
      definition: definitionOf(constraint),
      validated,
      enforced: switchedOff.has(oid) ? false : undefined,
      valid: index === undefined || index.valid ? undefined : false,
      replicaIdentity: index?.replicaIdentity === true || undefined,
      comment: known.comment('pg_constraint', oid),
    });
    return [[`constraint ${on}.${shownName(name)}`, value]];
  });
}

function definitionOf({ definition }: ConstraintRow): string {
  return definition.replace(/ NOT VALID$/, '');
}

function triggerEntries(known: Known): Entry[] {
  return known.rows.triggers.flatMap(({ relation, name, enabled, definition }): Entry[] => {
    const table = known.relations.get(relation);
    if (table === undefined || definition === null) return [];
    const value = { definition, enabled: ENABLED[enabled] ?? enabled };
    return [[`trigger ${table}.${shownName(name)}`, value]];
  });
}

function policyEntries(known: Known): Entry[] {
  return known.rows.policies.flatMap((policy): Entry[] => {
    const table = known.relations.get(policy.relation);
    if (table === undefined) return [];
    const value = present({
      command: COMMANDS[policy.command] ?? policy.command,
      permissive: policy.permissive,
      roles: policy.roles.map((role) => roleName(unquoted(role), known.roles)).sort(),
      using: policy.using ?? undefined,
      withCheck: policy.withCheck ?? undefined,
    });
    return [[`policy ${table}.${shownName(policy.name)}`, value]];
  });
}

function ruleEntries(known: Known): Entry[] {
  return known.rows.rules.flatMap(({ relation, name, enabled, definition }): Entry[] => {
    const table = known.relations.get(relation);
    if (table === undefined) return [];
    const value = { definition, enabled: ENABLED[enabled] ?? enabled };
    return [[`rule ${table}.${shownName(name)}`, value]];
  });
}

/** PostgreSQL quotes a role's name where it must, and writes `-` for everybody. */
function unquoted(role: string): string {
  if (role === '-') return EVERYBODY;
  return role.startsWith('"') ? role.slice(1, -1).replaceAll('""', '"') : role;
}
