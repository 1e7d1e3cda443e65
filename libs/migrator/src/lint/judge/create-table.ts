import type {
  ColumnDef,
  Constraint as ConstraintNode,
  CreatePolicyStmt,
  CreateStmt,
  CreateTableAsStmt,
  CreateTrigStmt,
  RuleStmt,
} from 'libpg-query';
import { constraintsOf } from '../schema/column-def.js';
import { shown } from '../schema/schema.js';
import { inner, relationsIn } from '../tree.js';
import type { Judgement } from './judgement.js';
import { sayDefaultScan } from './table-options.js';

export function judgeCreateTable(at: Judgement, node: CreateStmt): void {
  if (node.relation === undefined) return;
  const known = at.schema.table(node.relation);
  if (known !== undefined && node.if_not_exists === true) {
    if (!known.isNew) sayKept(at, shown(known.key));
    return;
  }
  for (const parent of node.partbound === undefined ? [] : (node.inhRelations ?? [])) {
    const live = at.live(inner(parent, 'RangeVar'));
    if (live === null) continue;
    at.lock(live, 'ACCESS EXCLUSIVE');
    const name = node.relation.relname;
    const fallback = live.table?.defaultPartition ?? null;
    const beside = fallback === null ? null : at.liveKey(fallback);
    if (beside !== null) sayDefaultScan(at, live, beside);
    at.report('create-partition-of', {
      message: `ACCESS EXCLUSIVE on ${live.name}: short, but it waits for every query of every partition, and all new ones wait for it.`,
      fix: `CREATE TABLE ${name} (LIKE ${live.name} INCLUDING ALL); ALTER TABLE ${live.name} ATTACH PARTITION ${name} …; which lets reads and writes through.`,
      tables: [live],
    });
  }
  judgeReferences(at, node);
}

function sayKept(at: Judgement, name: string): void {
  at.report('if-not-exists-keeps-old', {
    message: `${name} exists already and stays as it is, whatever this statement says of its columns.`,
    fix: `Drop this statement, or write the difference as ALTER TABLE ${name}.`,
  });
}

/** A foreign key of an empty table is checked at once, but the other table is locked until the end. */
function judgeReferences(at: Judgement, node: CreateStmt): void {
  const constraints = (node.tableElts ?? []).flatMap((element) => {
    const definition = inner<ColumnDef>(element, 'ColumnDef');
    const constraint = inner<ConstraintNode>(element, 'Constraint');
    return [...(definition ? constraintsOf(definition) : []), ...(constraint ? [constraint] : [])];
  });
  for (const { pktable, location } of constraints) {
    if (pktable === undefined || pktable.relname === node.relation?.relname) continue;
    const live = at.live(pktable);
    if (live === null) continue;
    at.lock(live, 'SHARE ROW EXCLUSIVE');
    at.report('create-table-references-live', {
      message: `${live.name} takes no writes until this transaction ends (SHARE ROW EXCLUSIVE); nothing is read, so that is short.`,
      fix: `Put nothing slow into this migration.`,
      at: location,
      tables: [live],
    });
  }
}

/** A table made from a live one reads it all; that hurts only while something else is locked. */
export function judgeTableAs(at: Judgement, node: CreateTableAsStmt): void {
  const { rel } = node.into ?? {};
  const known = at.schema.table(rel);
  if (known !== undefined && node.if_not_exists === true) {
    if (!known.isNew) sayKept(at, shown(known.key));
    return;
  }
  const source = relationsIn(node.query).find((relation) => {
    const table = at.schema.table(relation);
    return table !== undefined && !table.isNew;
  });
  if (source !== undefined)
    at.scansNow(`reading ${source.relname} into ${rel?.relname ?? 'a table'}`);
}

export function judgeCreateTrigger(at: Judgement, node: CreateTrigStmt): void {
  const live = at.live(node.relation);
  if (live === null) return;
  at.lock(live, 'SHARE ROW EXCLUSIVE');
  at.report('create-trigger', {
    message: `Every write of the running version to ${live.name} fires ${node.trigname} from now on, and fails when it does; SHARE ROW EXCLUSIVE for a moment.`,
    fix: `Let the function do nothing unless a setting says so, and switch it on later.`,
    tables: [live],
  });
}

export function judgeCreateRule(at: Judgement, node: RuleStmt): void {
  const live = at.live(node.relation);
  if (live === null) return;
  at.lock(live, 'ACCESS EXCLUSIVE');
  at.report('create-trigger', {
    message: `Every statement of the running version on ${live.name} is rewritten by ${node.rulename} from now on; ACCESS EXCLUSIVE for a moment.`,
    fix: `A trigger says more plainly what happens, row by row.`,
    tables: [live],
  });
}

export function judgeCreatePolicy(at: Judgement, node: CreatePolicyStmt): void {
  const live = at.live(node.table);
  if (live === null) return;
  at.lock(live, 'ACCESS EXCLUSIVE');
  if (live.table?.rowSecurity !== true) return;
  at.report('policy', {
    message: `The running version sees or writes other rows of ${live.name} from now on; ACCESS EXCLUSIVE for a moment.`,
    fix: `Check that the service's role keeps what it reads and writes.`,
    tables: [live],
  });
}
