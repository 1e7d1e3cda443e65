import type {
  AlterDomainStmt,
  AlterTableCmd,
  AlterTableStmt,
  CreateStmt,
  Node,
  SelectStmt,
  VariableSetStmt,
} from 'libpg-query';
import { inner, strings, tagged } from '../tree.js';
import { alterTable } from './alter-table.js';
import {
  createDomain,
  createIndex,
  createPolicy,
  createRoutine,
  createSequence,
  createTableAs,
  createType,
  createView,
} from './create-object.js';
import { createTable } from './create-table.js';
import { drop, rename, setSchema } from './drop-rename.js';
import type { Schema } from './schema.js';

type Apply = (schema: Schema, node: never, isNew: boolean) => void;

const APPLY: Record<string, Apply> = {
  CreateStmt: createTable,
  CreateForeignTableStmt: (schema: Schema, node: { base?: CreateStmt }, isNew) => {
    if (node.base !== undefined) createTable(schema, node.base, isNew);
  },
  CreateTableAsStmt: createTableAs,
  SelectStmt: (schema: Schema, node: SelectStmt, isNew) => {
    if (node.intoClause !== undefined) createTableAs(schema, { into: node.intoClause }, isNew);
  },
  ViewStmt: createView,
  IndexStmt: createIndex,
  CreateFunctionStmt: createRoutine,
  CreateEnumStmt: createType,
  CompositeTypeStmt: createType,
  CreateDomainStmt: createDomain,
  CreateSeqStmt: createSequence,
  CreatePolicyStmt: createPolicy,
  AlterTableStmt: (schema: Schema, node: AlterTableStmt) => {
    const table = schema.table(node.relation);
    for (const command of node.cmds ?? []) {
      const inside = inner<AlterTableCmd>(command, 'AlterTableCmd');
      if (table !== undefined && inside !== undefined) alterTable(schema, table, inside);
    }
  },
  AlterDomainStmt: alterDomain,
  DropStmt: drop,
  RenameStmt: rename,
  AlterObjectSchemaStmt: setSchema,
  VariableSetStmt: setVariable,
  CreateSchemaStmt: (schema: Schema, node: { schemaElts?: Node[] }, isNew) => {
    for (const element of node.schemaElts ?? []) {
      const [kind, inside] = tagged(element);
      applyStatement(schema, { kind, node: inside }, isNew);
    }
  },
};

/** What a statement leaves behind. `isNew`: it is judged, so what it makes is nobody's yet. */
export function applyStatement(
  schema: Schema,
  { kind, node }: { kind: string; node: Record<string, unknown> },
  isNew: boolean,
): void {
  APPLY[kind]?.(schema, node as never, isNew);
}

function alterDomain(schema: Schema, statement: AlterDomainStmt): void {
  const domain = schema.domains.get(schema.keyOfName(strings(statement.typeName)));
  if (domain !== undefined && ['C', 'O'].includes(statement.subtype ?? ''))
    domain.constrained = true;
}

function setVariable(schema: Schema, { name, kind, args }: VariableSetStmt): void {
  if (name !== 'search_path') return;
  const path = (args ?? []).flatMap((arg) => {
    const value = tagged(arg)[1]['sval'] as { sval?: string } | undefined;
    return value?.sval === undefined || value.sval === '' ? [] : [value.sval.replaceAll('"', '')];
  });
  schema.searchPath = kind === 'VAR_SET_VALUE' && path.length > 0 ? path : ['public'];
}
