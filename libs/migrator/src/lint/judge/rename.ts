import type { AlterObjectSchemaStmt, RenameStmt } from 'libpg-query';
import { shown } from '../schema/schema.js';
import { nameParts } from '../tree.js';
import { judgeBodies } from './column-change.js';
import { isNew } from './drop.js';
import type { Judgement } from './judgement.js';

const RELATIONS = ['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE'];
// Names that no statement of a service speaks of.
const SILENT = [
  'OBJECT_TABCONSTRAINT',
  'OBJECT_INDEX',
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
  'OBJECT_DOMCONSTRAINT',
  'OBJECT_RULE',
];

export function judgeRename(at: Judgement, node: RenameStmt): void {
  const { renameType: kind = '', newname = '', subname = '' } = node;
  if (SILENT.includes(kind)) return;
  if (kind === 'OBJECT_COLUMN' && node.relation !== undefined) return column(at, node);
  if (RELATIONS.includes(kind) && node.relation !== undefined) return relation(at, node);
  const key = at.schema.keyOfName(
    node.relation === undefined ? nameParts(node.object) : [node.relation.relname ?? ''],
  );
  if (isNew(at.schema, key)) return;
  const what = kind.slice('OBJECT_'.length).toLowerCase();
  const from = subname || shown(key);
  if (kind === 'OBJECT_SCHEMA' && isNewSchema(at, subname)) return;
  at.report('rename-object', {
    message: `Statements of the running version that name the ${what} ${from} fail from this moment on.`,
    fix: `Make ${newname} beside ${from}, release a version that uses it, drop ${from} in the release after.`,
  });
}

function isNewSchema(at: Judgement, name: string): boolean {
  const inside = [...at.schema.tables.values()].filter(({ schema }) => schema === name);
  return inside.length > 0 && inside.every((table) => table.isNew);
}

function column(
  at: Judgement,
  { relation, subname = '', newname = '', relationType }: RenameStmt,
): void {
  const known = at.schema.table(relation);
  const view = known?.kind === 'view' && !known.isNew;
  const live = at.live(relation);
  if (live === null && !view) return;
  const name = live?.name ?? known?.name ?? '';
  if (live !== null) at.lock(live, 'ACCESS EXCLUSIVE');
  at.report('rename-column', {
    message: `Statements of the running version that name ${name}.${subname} fail from this moment on, and those of the next one fail until it is done.`,
    fix: `ALTER TABLE ${name} ADD COLUMN ${newname} …; write both, fill the old rows in batches, read ${newname}, and drop ${subname} two releases later. Or keep the name and map it in the service.`,
    tables: live === null ? [] : [live],
  });
  if (live !== null && relationType !== 'OBJECT_VIEW') judgeBodies(at, live, subname);
}

function relation(
  at: Judgement,
  { relation: from, newname = '', missing_ok: missing }: RenameStmt,
): void {
  const known = at.schema.table(from);
  if (known === undefined && missing === true) return;
  const view = known?.kind === 'view' && !known.isNew;
  const live = at.live(from);
  if (live === null && !view) return;
  const name = live?.name ?? known?.name ?? '';
  if (live !== null) at.lock(live, 'ACCESS EXCLUSIVE');
  // The old name lives on as a view: statements of the running version find it.
  const kept = at.later.some(
    ({ kind, node }) =>
      kind === 'ViewStmt' &&
      (node['view'] as { relname?: string } | undefined)?.relname === from?.relname,
  );
  at.report('rename-table', {
    message: kept
      ? `${name} lives on as a view: check that every statement of the running version can write through it.`
      : `Statements of the running version that name ${name} fail from this moment on.`,
    fix: `ALTER TABLE ${name} RENAME TO ${newname}; CREATE VIEW ${name} AS SELECT * FROM ${newname}; in one transaction; drop the view when no version uses it.`,
    tables: live === null ? [] : [live],
    ...(kept && { level: 'warning' as const }),
  });
  if (live !== null) judgeBodies(at, live, live.table?.name ?? name);
}

export function judgeSetSchema(at: Judgement, node: AlterObjectSchemaStmt): void {
  const live = node.relation === undefined ? null : at.live(node.relation);
  const key = node.relation === undefined ? at.schema.keyOfName(nameParts(node.object)) : '';
  if (node.relation !== undefined && live === null) return;
  if (key !== '' && isNew(at.schema, key)) return;
  const name = live?.name ?? shown(key);
  at.report('set-schema', {
    message: `Statements of the running version find ${name} no longer, unless ${node.newschema} is in their search_path.`,
    fix: `Move it and leave a view of the old name in one transaction; or give the service's role both schemas in its search_path first.`,
    tables: live === null ? [] : [live],
  });
}
