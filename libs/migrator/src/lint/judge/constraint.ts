import type { AlterTableCmd, Constraint as ConstraintNode } from 'libpg-query';
import { constraintOf, isProvenNotNull, isUnenforced } from '../schema/constraint-def.js';
import { emptyTable, type Constraint, shown } from '../schema/schema.js';
import { inner } from '../tree.js';
import type { Judgement, Live } from './judgement.js';

interface Adding {
  at: Judgement;
  live: Live;
  node: ConstraintNode;
  constraint: Constraint;
  where: { at: number | undefined; tables: Live[] };
}

const JUDGES: Record<Constraint['kind'], (adding: Adding) => void> = {
  primary: judgeUnique,
  unique: judgeUnique,
  check: judgeCheck,
  notnull: judgeCheck,
  exclusion: ({ at, live, where }) =>
    at.report('add-exclusion', {
      message: `The index of the exclusion constraint is built under ACCESS EXCLUSIVE; PostgreSQL has no concurrent form of it.`,
      fix: `Make a new table with the constraint and move the rows in batches, or keep the rule with a trigger; on a small table, suppress this with the reason.`,
      ...where,
      tables: [live],
    }),
  foreign: judgeForeign,
};

/** ADD CONSTRAINT to a table that holds rows. */
export function judgeAddConstraint(at: Judgement, live: Live, command: AlterTableCmd): void {
  const node = inner<ConstraintNode>(command.def, 'Constraint');
  const table = live.table ?? emptyTable(live.key, 'table', false);
  const constraint = node && constraintOf(node, { schema: at.schema, table });
  if (node === undefined || constraint == null) return;
  if (!constraint.validated) at.transaction.notValid.add(`${live.key}.${constraint.name}`);
  JUDGES[constraint.kind]({
    at,
    live,
    node,
    constraint,
    where: { at: node.location, tables: [live] },
  });
}

function judgeUnique({ at, live, node, constraint, where }: Adding): void {
  const { table } = live;
  const key = constraint.kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE';
  if (node.indexname !== undefined && table?.kind === 'partitioned') {
    at.report('using-index-on-partitioned', {
      message: `PostgreSQL does not take an index over on the partitioned table ${live.name} (0A000).`,
      fix: `ALTER TABLE ONLY ${live.name} ADD CONSTRAINT … ${key} (…); do it CONCURRENTLY on each partition and ALTER INDEX … ATTACH PARTITION each.`,
      ...where,
    });
    return;
  }
  if (node.indexname !== undefined) {
    if (constraint.kind === 'primary') judgeKeyColumns({ at, live, node, constraint, where });
    return;
  }
  const columns = constraint.columns.join(', ');
  at.report(constraint.kind === 'primary' ? 'add-primary-key' : 'add-unique', {
    message: `The index of ${constraint.name} is built under ACCESS EXCLUSIVE: nobody reads or writes ${live.name} meanwhile.`,
    fix: `In a file with transaction=none: CREATE UNIQUE INDEX CONCURRENTLY ${constraint.name} ON ${live.name} (${columns}); in the next: ALTER TABLE ${live.name} ADD CONSTRAINT ${constraint.name} ${key} USING INDEX ${constraint.name};`,
    ...where,
  });
}

/** A primary key makes its columns NOT NULL, which is proved by reading every row. */
function judgeKeyColumns({ at, live, constraint, where }: Adding): void {
  const { table } = live;
  const open = constraint.columns.filter(
    (name) =>
      table?.columns.get(name)?.notNull !== true && !(table && isProvenNotNull(table, name)),
  );
  if (open.length === 0 && constraint.columns.length > 0) return;
  const names = open.join(', ') || 'its columns';
  at.report('add-primary-key-scan', {
    message: `${names} may be NULL as far as is known, so every row of ${live.name} is read under ACCESS EXCLUSIVE.`,
    fix: `First ADD CONSTRAINT … CHECK (${open[0] ?? 'id'} IS NOT NULL) NOT VALID, VALIDATE it in a later migration, SET NOT NULL; then ADD PRIMARY KEY USING INDEX.`,
    ...where,
  });
}

function judgeCheck({ at, live, node, constraint, where }: Adding): void {
  if (node.skip_validation === true || isUnenforced(node)) return;
  const { table } = live;
  const known = constraint.kind === 'notnull' ? constraint.columns : [];
  if (known.length > 0 && known.every((name) => table?.columns.get(name)?.notNull === true)) return;
  at.report(constraint.kind === 'notnull' ? 'set-not-null' : 'add-check', {
    message: `Every row of ${live.name} is checked under ACCESS EXCLUSIVE: no reads, no writes meanwhile.`,
    fix: `Add NOT VALID to ${constraint.name}, which takes a moment, and in a later migration ALTER TABLE ${live.name} VALIDATE CONSTRAINT ${constraint.name}; which lets reads and writes through.`,
    ...where,
  });
}

function judgeForeign({ at, live, node, constraint, where }: Adding): void {
  const referenced = node.pktable === undefined ? null : at.live(node.pktable);
  if (referenced !== null) at.lock(referenced, 'SHARE ROW EXCLUSIVE');
  const tables = referenced === null ? [live] : [live, referenced];
  if (node.skip_validation === true && live.table?.kind === 'partitioned' && at.target < 18) {
    at.report('version-syntax', {
      message: `PostgreSQL ${at.target} has no NOT VALID foreign keys on partitioned tables (42809); 18 has.`,
      fix: `Add the key to each partition NOT VALID, validate each, then add it to ${live.name}.`,
      ...where,
    });
    return;
  }
  if (node.skip_validation === true || isUnenforced(node)) return;
  const other = shown(constraint.references ?? '');
  at.report('add-foreign-key', {
    message: `SHARE ROW EXCLUSIVE on ${live.name}${referenced === null ? '' : ` and ${other}`} while every row of ${live.name} is looked up in ${other}: no writes to either meanwhile.`,
    fix: `Add NOT VALID to ${constraint.name}, and in a later migration ALTER TABLE ${live.name} VALIDATE CONSTRAINT ${constraint.name}; which lets writes through.`,
    ...where,
    tables,
  });
}

export function judgeValidate(at: Judgement, live: Live, command: AlterTableCmd): void {
  const name = command.name ?? '';
  const constraint = live.table?.constraints.get(name);
  if (constraint?.validated === true && !at.transaction.notValid.has(`${live.key}.${name}`)) return;
  if (!at.transaction.notValid.has(`${live.key}.${name}`)) {
    at.scansNow(`VALIDATE CONSTRAINT ${name}`);
    return;
  }
  const foreign = constraint?.kind === 'foreign';
  at.report('validate-in-same-transaction', {
    message: `${name} was added in this transaction, so ${foreign ? 'SHARE ROW EXCLUSIVE keeps writers' : 'ACCESS EXCLUSIVE keeps readers and writers'} out of ${live.name} while every row is read.`,
    fix: `Put ALTER TABLE ${live.name} VALIDATE CONSTRAINT ${name}; into a migration of its own, after this one.`,
    tables: [live],
    hazard: foreign ? 'blocks-writes' : 'blocks-reads',
  });
}

export function judgeDropConstraint(at: Judgement, live: Live, command: AlterTableCmd): void {
  const name = command.name ?? '';
  const constraint = live.table?.constraints.get(name);
  if (constraint?.kind !== 'primary' && constraint?.kind !== 'unique') return;
  const referrers = at.schema.referrers(live.key);
  if (
    constraint.kind === 'primary' &&
    referrers.length > 0 &&
    command.behavior !== 'DROP_CASCADE'
  ) {
    const needed = referrers.map((one) => `${one.constraint.name} of ${shown(one.table.key)}`);
    at.report('drop-constraint-needed', {
      message: `${needed.join(', ')} refers to ${name}: PostgreSQL refuses to drop it (2BP01).`,
      fix: `Move the foreign keys to another key first.`,
      tables: [live],
    });
  }
  at.report(constraint.kind === 'primary' ? 'drop-primary-key' : 'drop-unique-constraint', {
    message: `INSERT … ON CONFLICT (${constraint.columns.join(', ')}) of the running version fails without ${name} (42P10), and duplicates get in.`,
    fix: `Release a version that does not rely on ${name} first; when it is replaced, add the new key in the same ALTER TABLE.`,
    tables: [live],
  });
}
