import { isUnenforced } from '../schema/constraint-def.js';
import { nodesIn, strings } from '../tree.js';
import type { Judgement } from './judgement.js';

interface Newer {
  since: number;
  what: string;
  instead: string;
}

type Look = (kind: string, node: Record<string, unknown>) => Newer | null;

const newer = (since: number, what: string, instead: string): Newer => ({ since, what, instead });

const FUNCTIONS: Record<string, number> = {
  uuidv7: 18,
  uuidv4: 18,
  uuid_extract_timestamp: 17,
  uuid_extract_version: 17,
  casefold: 18,
  crc32: 18,
  crc32c: 18,
  array_reverse: 18,
  array_sort: 18,
  gamma: 18,
  lgamma: 18,
  json_scalar: 17,
  json_serialize: 17,
  json_exists: 17,
  json_value: 17,
  json_query: 17,
  to_bin: 17,
  to_oct: 17,
  xmltext: 17,
  unicode_assigned: 17,
  random_normal: 16,
  any_value: 16,
  array_shuffle: 16,
  array_sample: 16,
  erf: 16,
  erfc: 16,
  date_add: 16,
  date_subtract: 16,
  pg_input_is_valid: 16,
  system_user: 16,
};

/** What the grammar of 18 takes and an older server does not. */
const LOOKS: Look[] = [
  (kind, node) => constraintLook(kind, node),
  (kind, node) => alterLook(kind, node),
  (kind, node) => {
    if (kind === 'FuncCall') {
      const name = strings(node['funcname'] as never).at(-1) ?? '';
      const since = Object.hasOwn(FUNCTIONS, name) ? (FUNCTIONS[name] ?? 0) : 0;
      return since > 0
        ? newer(since, `${name}()`, 'a function of your own, or one that is older')
        : null;
    }
    if (/^(JsonTable|JsonFuncExpr|JsonScalarExpr|JsonSerializeExpr|JsonParseExpr)$/.test(kind)) {
      return newer(17, 'SQL/JSON query functions', 'jsonb operators and jsonb_path_query');
    }
    if (
      /^Json(Object|Array|ObjectAgg|ArrayAgg)(Constructor|QueryConstructor)?$|^JsonIsPredicate$/.test(
        kind,
      )
    ) {
      return newer(16, 'SQL/JSON constructors and IS JSON', 'jsonb_build_object and its kind');
    }
    return null;
  },
  (kind, node) => {
    if (kind !== 'MergeStmt') return null;
    if (node['returningClause'] !== undefined)
      return newer(17, 'MERGE … RETURNING', 'INSERT … ON CONFLICT … RETURNING');
    const bySource = JSON.stringify(node['mergeWhenClauses'] ?? '').includes(
      'NOT_MATCHED_BY_SOURCE',
    );
    return bySource ? newer(17, 'WHEN NOT MATCHED BY SOURCE', 'a DELETE with NOT EXISTS') : null;
  },
  (kind, node) => {
    const options = (node['returningClause'] as { options?: unknown[] } | undefined)?.options;
    return options === undefined || kind === ''
      ? null
      : newer(18, 'RETURNING WITH (OLD AS …)', 'a CTE that reads the row first');
  },
  (kind, node) => {
    if (kind === 'GrantStmt' && JSON.stringify(node['privileges'] ?? '').includes('"maintain"')) {
      return newer(17, 'GRANT MAINTAIN', 'ownership of the table');
    }
    if (kind === 'CreateStatsStmt' && node['defnames'] === undefined) {
      return newer(16, 'CREATE STATISTICS without a name', 'a name');
    }
    if (kind !== 'CopyStmt') return null;
    return /"(on_error|log_verbosity)"/.test(JSON.stringify(node['options'] ?? ''))
      ? newer(17, 'COPY … ON_ERROR', 'a clean file')
      : null;
  },
];

function constraintLook(kind: string, node: Record<string, unknown>): Newer | null {
  if (kind === 'ColumnDef') {
    const constraints = (node['constraints'] ?? []) as { Constraint?: { contype: string } }[];
    const names = constraints.map((one) => one.Constraint?.contype);
    return names.includes('CONSTR_ATTR_NOT_ENFORCED')
      ? newer(18, 'NOT ENFORCED', 'no constraint, or one that is enforced')
      : null;
  }
  if (kind !== 'Constraint') return null;
  if (node['contype'] === 'CONSTR_GENERATED' && node['generated_kind'] === 'v') {
    return newer(
      18,
      'a virtual generated column (STORED is not written)',
      'a view, or GENERATED ALWAYS AS (…) STORED on a new table',
    );
  }
  if (node['without_overlaps'] === true || node['fk_with_period'] === true) {
    return newer(18, 'WITHOUT OVERLAPS and PERIOD', 'EXCLUDE USING gist (… WITH =, … WITH &&)');
  }
  if (node['contype'] === 'CONSTR_NOTNULL' && node['keys'] !== undefined) {
    return newer(18, 'NOT NULL as a table constraint', 'CHECK (… IS NOT NULL) NOT VALID');
  }
  // A column's own constraint says is_enforced too, so only what is written out is meant.
  if (isUnenforced(node) && node['skip_validation'] === true && node['initially_valid'] !== true) {
    return newer(18, 'NOT ENFORCED', 'NOT VALID, or no constraint');
  }
  return null;
}

function alterLook(kind: string, node: Record<string, unknown>): Newer | null {
  if (kind === 'AlterTableCmd' && node['subtype'] === 'AT_SetExpression') {
    return newer(17, 'SET EXPRESSION', 'a new column with the new expression');
  }
  if (
    kind === 'ATAlterConstraint' &&
    (node['alterEnforceability'] ?? node['alterInheritability']) === true
  ) {
    return newer(18, 'ALTER CONSTRAINT … [NOT] ENFORCED or INHERIT', 'DROP and ADD … NOT VALID');
  }
  return null;
}

export function judgeVersion(at: Judgement): void {
  const said = new Set<string>();
  const all: [string, Record<string, unknown>][] = [
    [at.statement.kind, at.statement.node],
    ...nodesIn(at.statement.node),
  ];
  for (const [kind, node] of all) {
    for (const look of LOOKS) {
      const found = look(kind, node);
      if (found === null || found.since <= at.target || said.has(found.what)) continue;
      said.add(found.what);
      at.report('version-syntax', {
        message: `${found.what} came with PostgreSQL ${found.since}; the server is ${at.target} and refuses it.`,
        fix: `Write ${found.instead}; or lint for that server with --target-version ${found.since}.`,
        at: node['location'] as number | undefined,
      });
    }
  }
}
