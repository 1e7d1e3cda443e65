import type { DropStmt, Node } from 'libpg-query';
import { type Schema, shown, type Table } from '../schema/schema.js';
import { nameParts, nodesIn } from '../tree.js';
import { judgeDropIndex } from './create-index.js';
import { judgeBodies } from './column-change.js';
import type { Judgement } from './judgement.js';

const ROUTINES = ['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE'];
const TYPES = ['OBJECT_TYPE', 'OBJECT_DOMAIN', 'OBJECT_SEQUENCE'];

export function judgeDrop(at: Judgement, node: DropStmt): void {
  const kind = node.removeType ?? '';
  if (kind === 'OBJECT_INDEX') return judgeDropIndex(at, node);
  for (const object of node.objects ?? []) {
    const parts = nameParts(object);
    if (kind === 'OBJECT_TABLE' || kind === 'OBJECT_FOREIGN_TABLE') dropTable(at, node, parts);
    else if (kind === 'OBJECT_VIEW' || kind === 'OBJECT_MATVIEW') dropView(at, node, parts);
    else if (kind === 'OBJECT_SCHEMA') dropSchema(at, parts.at(-1) ?? '', node);
    else if (kind === 'OBJECT_EXTENSION') dropExtension(at, parts.at(-1) ?? '', node);
    else if (kind === 'OBJECT_TRIGGER' || kind === 'OBJECT_RULE') dropTrigger(at, parts);
    else if (kind === 'OBJECT_POLICY') dropPolicy(at, parts);
    else if (ROUTINES.includes(kind) || TYPES.includes(kind)) dropOther(at, kind, parts);
  }
}

function dropTable(at: Judgement, node: DropStmt, parts: string[]): void {
  const key = at.schema.keyOfName(parts);
  const table = at.schema.tables.get(key);
  // IF EXISTS over what no file makes: nothing is known to be lost.
  if (table === undefined && node.missing_ok === true && at.schema.tables.size > 0) return;
  const live = at.liveKey(key);
  if (live === null) return;
  at.lock(live, 'ACCESS EXCLUSIVE');
  const tables = [live];
  at.report('drop-table', {
    message: `The rows of ${live.name} are gone${isMadeAgain(at, key) ? ', though a table of that name is made again' : ''}; a way back brings an empty table.`,
    fix: `Keep a backup; rename nothing; suppress this with the reason once no version uses ${live.name}.`,
    tables,
  });
  at.report('drop-in-use', {
    message: `Instances of the running version that use ${live.name} fail from this moment on.`,
    fix: `First release a version that does not know ${live.name}; drop it in the release after.`,
    tables,
  });
  judgeNeeded(at, { key, node, table });
  judgeBodies(at, live, live.table?.name ?? live.name);
}

function isMadeAgain(at: Judgement, key: string): boolean {
  return at.later.some(({ node, kind }) => {
    if (kind === 'ViewStmt') return at.schema.keyOf(node['view'] ?? {}) === key;
    const relation =
      kind === 'CreateStmt' ? node['relation'] : (node['into'] as { rel?: unknown })?.rel;
    return relation !== undefined && at.schema.keyOf(relation as never) === key;
  });
}

interface Dropped {
  key: string;
  node: DropStmt;
  table: Table | undefined;
}

/** Foreign keys and views that stand in the way, unless they go in the same statement. */
function judgeNeeded(at: Judgement, { key, node, table }: Dropped): void {
  const going = new Set((node.objects ?? []).map((one) => at.schema.keyOfName(nameParts(one))));
  const needed = [
    ...at.schema
      .referrers(key)
      .flatMap(({ table: other, constraint }) =>
        going.has(other.key) ? [] : [`foreign key ${constraint.name} of ${shown(other.key)}`],
      ),
    ...at.schema
      .viewsOn(key)
      .flatMap((view) => (going.has(view.key) ? [] : [`view ${shown(view.key)}`])),
  ];
  const tables = table === undefined ? [] : [table];
  if (node.behavior === 'DROP_CASCADE') {
    at.report('drop-cascade', {
      message: `CASCADE takes along ${needed.join(', ') || `whatever depends on ${shown(key)} by then`}.`,
      fix: `Drop what depends on it by name, then ${shown(key)} without CASCADE.`,
      tables,
    });
    return;
  }
  if (needed.length === 0) return;
  at.report('drop-needed', {
    message: `${needed.join(', ')} depends on ${shown(key)}: PostgreSQL refuses to drop it (2BP01).`,
    fix: `Drop ${needed.join(', ')} first.`,
    tables,
  });
}

function dropView(at: Judgement, node: DropStmt, parts: string[]): void {
  const key = at.schema.keyOfName(parts);
  const view = at.schema.tables.get(key);
  if (view?.isNew === true || (view === undefined && node.missing_ok === true)) return;
  if (isMadeAgain(at, key)) return;
  at.report('drop-view', {
    message: `Queries of the running version that read ${shown(key)} fail from this moment on.`,
    fix: `First release a version that does not read ${shown(key)}; drop it in the release after.`,
  });
  if (view !== undefined) judgeNeeded(at, { key, node, table: view });
}

function dropSchema(at: Judgement, name: string, node: DropStmt): void {
  const inside = [...at.schema.tables.values()].filter(({ schema }) => schema === name);
  if (inside.length > 0 && inside.every(({ isNew }) => isNew)) return;
  if (inside.length === 0 && node.missing_ok === true) return;
  at.report('drop-schema', {
    message: `Everything in schema ${name} is gone${inside.length > 0 ? `: ${inside.map((one) => one.name).join(', ')}` : ''}.`,
    fix: `Drop what is in it by name, each when no version uses it any more, then the empty schema.`,
    tables: inside,
  });
}

function dropExtension(at: Judgement, name: string, node: DropStmt): void {
  const cascade = node.behavior === 'DROP_CASCADE';
  at.report('drop-extension', {
    message: `The types and functions of ${name} go${cascade ? ', and with CASCADE every column, index and default that uses them' : ''}.`,
    fix: `Replace what uses ${name} first; then drop it without CASCADE.`,
    ...(cascade && { level: 'error' as const }),
  });
}

function dropTrigger(at: Judgement, parts: string[]): void {
  const live = at.liveKey(at.schema.keyOfName(parts.slice(0, -1)));
  const name = parts.at(-1) ?? '';
  if (live === null) return;
  at.lock(live, 'ACCESS EXCLUSIVE');
  if (at.later.some(({ kind, sql }) => kind === 'CreateTrigStmt' && sql.includes(name))) return;
  at.report('disable-trigger', {
    message: `${name} of ${live.name} goes: what it kept right or filled in is not kept any more; ACCESS EXCLUSIVE for a moment.`,
    fix: `First release a version that does by itself what ${name} does.`,
    tables: [live],
  });
}

function dropPolicy(at: Judgement, parts: string[]): void {
  const live = at.liveKey(at.schema.keyOfName(parts.slice(0, -1)));
  if (live === null) return;
  at.report('policy', {
    message: `Without ${parts.at(-1)} the running version may see no rows of ${live.name}, or more than it should.`,
    fix: `Create the policy that takes its place first, in the same transaction.`,
    tables: [live],
  });
}

function dropOther(at: Judgement, kind: string, parts: string[]): void {
  const key = at.schema.keyOfName(parts);
  if (isNew(at.schema, key)) return;
  const name = parts.at(-1) ?? '';
  const again = at.later.some(
    ({ kind: made, node }) =>
      /^Create(Function|Enum|Domain|Seq)Stmt$/.test(made) &&
      [...nodesIn(node)].some(([, one]) => one['sval'] === name),
  );
  if (again) return;
  const what = kind.slice('OBJECT_'.length).toLowerCase();
  at.report('drop-in-use', {
    message: `The ${what} ${shown(key)} goes; statements of the running version that use it fail from this moment on.`,
    fix: `First release a version that does not use ${name}; drop it in the release after.`,
  });
}

export function isNew(schema: Schema, key: string): boolean {
  const known = schema.routines.get(key) ?? schema.types.get(key) ?? schema.domains.get(key);
  return (known ?? schema.sequences.get(key))?.isNew === true;
}

/** TRUNCATE and DROP OWNED and DROP DATABASE: gone as well. */
export function judgeTruncate(
  at: Judgement,
  node: { relations?: Node[]; behavior?: string },
): void {
  for (const relation of node.relations ?? []) {
    const live = at.live((relation as { RangeVar: never }).RangeVar);
    if (live === null) continue;
    at.lock(live, 'ACCESS EXCLUSIVE');
    const cascade =
      node.behavior === 'DROP_CASCADE'
        ? ` and of every table that refers to it (${
            at.schema
              .referrers(live.key)
              .map(({ table }) => shown(table.key))
              .join(', ') || 'CASCADE'
          })`
        : '';
    at.report('truncate', {
      message: `Every row of ${live.name}${cascade} is gone, under ACCESS EXCLUSIVE.`,
      fix: `DELETE what is meant in batches, with a WHERE; keep a backup.`,
      tables: [live],
    });
  }
}
