import type {
  AlterDomainStmt,
  AlterEnumStmt,
  AlterTableCmd,
  AlterTableStmt,
  Constraint as ConstraintNode,
  CreateDomainStmt,
  CreateEnumStmt,
} from 'libpg-query';
import { shown } from '../schema/schema.js';
import { inner, nodesIn, strings, tagged } from '../tree.js';
import type { Judgement } from './judgement.js';

export function judgeEnum(at: Judgement, node: AlterEnumStmt): void {
  const type = at.schema.keyOfName(strings(node.typeName));
  if (node.oldVal !== undefined) {
    if (at.schema.types.get(type)?.isNew === true) return;
    at.report('rename-object', {
      message: `The running version writes and compares '${node.oldVal}' of ${shown(type)}: each such statement fails from this moment on (22P02).`,
      fix: `Add '${node.newVal}' beside it, release a version that knows both, move the rows in batches, and leave '${node.oldVal}' unused.`,
    });
    return;
  }
  const { transaction, statement } = at;
  // Up to 16 not even an enum of this very transaction takes a value that was added to it.
  const made = at.target >= 17 && transaction.madeTypes.has(type);
  if (!transaction.transactional || made) return;
  transaction.enumValues.push({ type, value: node.newVal ?? '', line: statement.line });
}

export function judgeCreateEnum(at: Judgement, node: CreateEnumStmt): void {
  at.transaction.madeTypes.add(at.schema.keyOfName(strings(node.typeName)));
}

/** A value can be used once the transaction that added it has ended. */
export function judgeEnumUse(at: Judgement): void {
  const { enumValues } = at.transaction;
  if (enumValues.length === 0 || /^(AlterEnum|Comment|CreateFunction)Stmt$/.test(at.statement.kind))
    return;
  for (const [kind, node] of nodesIn(at.statement.node)) {
    const text =
      kind === 'A_Const' ? (node['sval'] as { sval?: string } | undefined)?.sval : undefined;
    const added = enumValues.find(({ value }) => value === text);
    if (added === undefined) continue;
    at.report('enum-value-in-same-transaction', {
      message: `'${added.value}' of ${shown(added.type)} was added in line ${added.line} of this transaction: PostgreSQL refuses to use it before the commit (55P04).`,
      fix: `Put ALTER TYPE … ADD VALUE '${added.value}' into a migration of its own, before this one.`,
    });
    return;
  }
}

const CHECKING: Record<string, string> = {
  C: 'ADD CONSTRAINT',
  O: 'SET NOT NULL',
  V: 'VALIDATE CONSTRAINT',
};

export function judgeDomain(at: Judgement, node: AlterDomainStmt): void {
  const key = at.schema.keyOfName(strings(node.typeName));
  const what = CHECKING[node.subtype ?? ''];
  if (what === undefined || at.schema.domains.get(key)?.isNew === true) return;
  if (inner<ConstraintNode>(node.def, 'Constraint')?.skip_validation === true) return;
  const tables = [...at.schema.tables.values()].filter(
    (table) =>
      !table.isNew &&
      [...table.columns.values()].some(
        ({ type }) => at.schema.keyOfName(type.name.split('.')) === key,
      ),
  );
  if (tables.length === 0 && at.schema.domains.has(key)) return;
  const names = tables.map((table) => shown(table.key)).join(', ') || 'every table that uses it';
  at.report('domain-constraint', {
    message: `${what} reads every row of ${names} under a SHARE lock: no writes meanwhile.`,
    fix:
      node.subtype === 'V'
        ? `A CHECK on each table can be validated without keeping writers out; keep domains without constraints.`
        : `ALTER DOMAIN ${shown(key)} ADD CONSTRAINT … CHECK (…) NOT VALID; or a CHECK … NOT VALID on each table, which can be validated while it is written.`,
    tables,
  });
}

export function judgeCreateDomain(at: Judgement, node: CreateDomainStmt): void {
  const checked = (node.constraints ?? []).some(
    (one) => tagged(one)[1]['contype'] === 'CONSTR_CHECK',
  );
  if (!checked) return;
  at.report('create-domain-with-constraint', {
    message: `Changing the constraint of ${strings(node.domainname).join('.')} later reads every table that uses it, without letting writers through.`,
    fix: `A plain type, and a CHECK on each table.`,
  });
}

/** ALTER TYPE of a composite type. */
export function judgeComposite(at: Judgement, node: AlterTableStmt): void {
  const key = node.relation === undefined ? '' : at.schema.keyOf(node.relation);
  if (node.objtype !== 'OBJECT_TYPE' || at.schema.types.get(key)?.isNew === true) return;
  for (const command of node.cmds ?? []) {
    const { subtype, name } = inner<AlterTableCmd>(command, 'AlterTableCmd') ?? {};
    if (subtype !== 'AT_DropColumn' && subtype !== 'AT_AlterColumnType') continue;
    at.report('alter-composite-type', {
      message: `${shown(key)}.${name} is ${subtype === 'AT_DropColumn' ? 'dropped' : 'retyped'}: values of the type that the running version reads change their shape; PostgreSQL refuses it while a column has the type.`,
      fix: `Make a new type beside it and move over.`,
    });
  }
}
