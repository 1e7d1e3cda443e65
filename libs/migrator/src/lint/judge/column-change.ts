import type { AlterTableCmd, ColumnDef } from 'libpg-query';
import { shownType, typeOf } from '../schema/column-def.js';
import { isProvenNotNull } from '../schema/constraint-def.js';
import type { Column, TypeRef } from '../schema/schema.js';
import { shown } from '../schema/schema.js';
import { inner } from '../tree.js';
import type { Judgement, Live } from './judgement.js';
import { isPlainUsing, typeChange } from './type-change.js';

/** ALTER COLUMN TYPE of a table that holds rows. */
export function judgeType(at: Judgement, live: Live, command: AlterTableCmd): void {
  const name = command.name ?? '';
  const definition = inner<ColumnDef>(command.def, 'ColumnDef');
  const to = typeOf(definition?.typeName);
  const column = live.table?.columns.get(name);
  judgeDependents(at, live, name);
  const where = { at: definition?.location, tables: [live] };
  const plain = isPlainUsing(definition?.raw_default, name, to);
  const from = column?.type;
  const change =
    from === undefined || !plain
      ? { effect: 'rewrite' as const, narrows: false }
      : typeChange(from, to, at.schema);
  if (change.narrows && from !== undefined) {
    at.report('narrow-column-type', {
      message: `${shownType(from)} holds values that ${shownType(to)} does not: they are cut or rounded, or the migration fails on the first of them.`,
      fix: `Add a new column, copy in batches what fits, decide about the rest, and drop ${name} when nobody reads it.`,
      ...where,
    });
  }
  const was = from === undefined ? 'its type' : shownType(from);
  if (change.effect === 'time zone' && at.transaction.utc) return;
  if (change.effect === 'time zone') {
    at.report('change-column-type-timezone', {
      message: `${was} → ${shownType(to)} keeps the table only while the session's TimeZone is UTC; otherwise ${live.name} is written anew under ACCESS EXCLUSIVE, and the values move by the offset.`,
      fix: `SET LOCAL timezone = 'UTC'; before it, when the values are UTC.`,
      ...where,
    });
  } else if (change.effect === 'rewrite') {
    at.report('change-column-type', {
      message: `${live.name}.${name} from ${was} to ${shownType(to)}${plain ? '' : ' USING an expression'}: the table and every index on it are written anew under ACCESS EXCLUSIVE.`,
      fix: `ALTER TABLE ${live.name} ADD COLUMN ${name}_new ${shownType(to)}; write both from the service or a trigger, fill it in batches, read the new one, and drop ${name} in a later release.`,
      ...where,
    });
  } else judgeReading(at, live, { name, from, to, effect: change.effect, location: where.at });
}

interface Kept {
  name: string;
  from: TypeRef | undefined;
  to: TypeRef;
  effect: 'none' | 'scan';
  location: number | undefined;
}

/** Rows stay as they are; a CHECK is verified again and some indexes are built again. */
function judgeReading(at: Judgement, live: Live, kept: Kept): void {
  const { name, from, to, effect } = kept;
  if (from !== undefined && shownType(from) === shownType(to)) return;
  const indexes = at.schema.indexesOf(live.key);
  const again =
    effect === 'scan'
      ? indexes.find(({ columns }) => columns.includes(name))?.name
      : indexes.find(({ plain, columns }) => !plain && columns.includes(name))?.name;
  const checks = [...(live.table?.constraints.values() ?? [])];
  const check = checks.find(
    ({ kind, validated, columns }) => kind === 'check' && validated && columns.includes(name),
  );
  const what = again === undefined ? check?.name : again;
  if (what === undefined) return;
  at.report('change-column-type-scan', {
    message: `The rows stay as they are, but ${what} speaks of ${name} and is ${again === undefined ? 'verified' : 'built'} again: every row of ${live.name} is read under ACCESS EXCLUSIVE.`,
    fix:
      again === undefined
        ? `Before it, ALTER TABLE ${live.name} DROP CONSTRAINT ${what}; after it, ADD CONSTRAINT ${what} CHECK (…) NOT VALID, and VALIDATE it in a later migration.`
        : `Build the index for the new type CONCURRENTLY on a new column, or change the type without an index on it.`,
    at: kept.location,
    tables: [live],
  });
}

function judgeDependents(at: Judgement, live: Live, column: string): void {
  const views = at.schema.viewsOn(live.key, column);
  if (views.length === 0) return;
  const names = views.map(({ key }) => shown(key)).join(', ');
  at.report('drop-needed', {
    message: `${names} reads ${live.name}.${column}: PostgreSQL refuses to change its type (0A000).`,
    fix: `DROP VIEW ${names}; change the type; CREATE VIEW again, in one transaction.`,
    tables: [live],
  });
}

export function judgeSetNotNull(at: Judgement, live: Live, command: AlterTableCmd): void {
  const name = command.name ?? '';
  const { table } = live;
  if (table?.columns.get(name)?.notNull === true) return;
  if (table !== undefined && isProvenNotNull(table, name)) return;
  const proof = `${live.name}_${name}_not_null`;
  at.report('set-not-null', {
    message: `PostgreSQL reads every row of ${live.name} under ACCESS EXCLUSIVE to see that ${name} is never NULL.`,
    fix:
      at.target >= 18
        ? `ALTER TABLE ${live.name} ADD CONSTRAINT ${proof} NOT NULL ${name} NOT VALID; and in a later migration ALTER TABLE ${live.name} VALIDATE CONSTRAINT ${proof};`
        : `ALTER TABLE ${live.name} ADD CONSTRAINT ${proof} CHECK (${name} IS NOT NULL) NOT VALID; in a later migration VALIDATE CONSTRAINT ${proof}; then SET NOT NULL, which reads nothing, and DROP CONSTRAINT ${proof}.`,
    tables: [live],
  });
}

export function judgeDropColumn(at: Judgement, live: Live, command: AlterTableCmd): void {
  const name = command.name ?? '';
  const cascade = command.behavior === 'DROP_CASCADE';
  const { table } = live;
  if (
    table !== undefined &&
    table.columns.size > 0 &&
    !table.columns.has(name) &&
    command.missing_ok
  )
    return;
  const tables = [live];
  at.report('drop-column', {
    message: `The values of ${live.name}.${name} are gone; a way back brings an empty column.`,
    fix: `Keep a backup or a copy; suppress this with the reason once nobody reads or writes ${name}.`,
    tables,
  });
  at.report('drop-column-in-use', {
    message: `Instances of the running version that name ${live.name}.${name}, or read SELECT *, fail from this moment on.`,
    fix: `First release a version that does not know ${name}; drop it in the release after.`,
    tables,
  });
  const views = at.schema.viewsOn(live.key, name).map(({ key }) => `view ${shown(key)}`);
  const keys = at.schema.referrers(live.key).flatMap(({ table: other, constraint }) => {
    const primary = [...(table?.constraints.values() ?? [])].some(
      ({ kind, columns }) => ['primary', 'unique'].includes(kind) && columns.includes(name),
    );
    return primary ? [`foreign key ${constraint.name} of ${shown(other.key)}`] : [];
  });
  const needed = [...views, ...keys];
  if (needed.length > 0 && !cascade) {
    at.report('drop-needed', {
      message: `${needed.join(', ')} depends on ${live.name}.${name}: PostgreSQL refuses to drop it (2BP01).`,
      fix: `Change ${needed.join(', ')} first.`,
      tables,
    });
  } else if (cascade) {
    at.report('drop-cascade', {
      message: `CASCADE takes along ${needed.join(', ') || 'whatever depends on it by then'}.`,
      fix: `Drop what depends on it by name, then the column without CASCADE.`,
      tables,
    });
  }
  judgeBodies(at, live, name);
}

/** Bodies of functions are text to PostgreSQL: nothing stops the change, and each call fails after it. */
export function judgeBodies(at: Judgement, live: Live, word: string): void {
  const bodies = at.schema
    .routinesNaming(word)
    .filter((routine) => word === live.table?.name || mentions(routine.body, live));
  if (bodies.length === 0) return;
  const names = bodies.map(({ name }) => `${shown(name)}()`).join(', ');
  if (bodies.every(({ name }) => isRemade(at, name))) return;
  at.report('function-body-names-it', {
    message: `The body of ${names} names ${word}; PostgreSQL does not look into it, and each call fails from now on.`,
    fix: `CREATE OR REPLACE ${names} in the same migration.`,
    tables: [live],
  });
}

/** A trigger function speaks of NEW and OLD instead of its table. */
function mentions(body: string, { table, name }: Live): boolean {
  return body.includes(table?.name ?? name) || /\b(new|old)\b/i.test(body);
}

function isRemade(at: Judgement, name: string): boolean {
  return at.later.some(({ kind, sql }) => {
    const made = kind === 'CreateFunctionStmt' || kind === 'DropStmt';
    return made && sql.includes(name.slice(name.indexOf('.') + 1));
  });
}

export function judgeDropNotNull(at: Judgement, live: Live, command: AlterTableCmd): void {
  const name = command.name ?? '';
  if (live.table?.columns.get(name)?.notNull === false) return;
  at.report('drop-not-null', {
    message: `The running version reads ${live.name}.${name} as never NULL; a new one, or a person, may now write NULL.`,
    fix: `Release a version that can read NULL there first.`,
    tables: [live],
  });
}

export function judgeDefault(at: Judgement, live: Live, command: AlterTableCmd): void {
  const column: Column | undefined = live.table?.columns.get(command.name ?? '');
  if (command.def !== undefined || column?.notNull === false || column?.hasDefault === false)
    return;
  at.report('drop-default', {
    message: `${live.name}.${command.name} is NOT NULL${column === undefined ? ' perhaps' : ''}: an INSERT of the running version that leaves it out fails.`,
    fix: `Release a version that always gives ${command.name} a value first.`,
    tables: [live],
  });
}

export function judgeExpression(at: Judgement, live: Live, command: AlterTableCmd): void {
  const name = command.name ?? '';
  const column = live.table?.columns.get(name);
  if (command.subtype === 'AT_SetExpression' && column?.generated !== 'virtual') {
    at.report('set-expression', {
      message: `${live.name}.${name} is stored: every row is computed and written anew under ACCESS EXCLUSIVE.`,
      fix: `Add a new column with the new expression (VIRTUAL from PostgreSQL 18 on stores nothing), read that one, drop ${name} later.`,
      tables: [live],
    });
  }
  if (command.subtype === 'AT_DropExpression' || command.subtype === 'AT_DropIdentity') {
    at.report('drop-default', {
      message: `New rows of ${live.name} get no value in ${name} any more unless the running version writes one.`,
      fix: `Set a default or a trigger in the same transaction, or release a version that writes ${name} first.`,
      tables: [live],
    });
  }
}
