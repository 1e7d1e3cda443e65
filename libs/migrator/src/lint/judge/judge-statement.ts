import { isAdvice } from '../rules/rule-list.js';
import { judgeAdvice } from './advice.js';
import { judgeAlterTable } from './alter-table.js';
import { judgeCalls } from './code.js';
import { judgeCreateIndex, judgeReindex } from './create-index.js';
import {
  judgeCreatePolicy,
  judgeCreateRule,
  judgeCreateTable,
  judgeCreateTrigger,
  judgeTableAs,
} from './create-table.js';
import { judgeDrop, judgeTruncate } from './drop.js';
import type { Judgement } from './judgement.js';
import { judgeCluster, judgeLock, judgeRefresh, judgeVacuum } from './maintenance.js';
import {
  judgeDropDatabase,
  judgeDropOwned,
  judgeExtensionUpdate,
  judgeGrant,
  judgeOwner,
  judgeSequence,
} from './others.js';
import { judgeRename, judgeSetSchema } from './rename.js';
import { judgeAfterRows, judgeRows } from './rows.js';
import { judgeOutside, judgeSession, judgeSet, judgeTransactionControl } from './session.js';
import {
  judgeComposite,
  judgeCreateDomain,
  judgeCreateEnum,
  judgeDomain,
  judgeEnum,
  judgeEnumUse,
} from './enum-and-domain.js';
import { judgeVersion } from './version.js';

type Judge = (at: Judgement, node: never) => void;

const JUDGES: Record<string, Judge[]> = {
  AlterTableStmt: [judgeComposite, judgeAlterTable],
  IndexStmt: [judgeCreateIndex],
  ReindexStmt: [judgeReindex],
  DropStmt: [judgeDrop],
  TruncateStmt: [judgeTruncate],
  RenameStmt: [judgeRename],
  AlterObjectSchemaStmt: [judgeSetSchema],
  CreateStmt: [judgeCreateTable],
  CreateTableAsStmt: [judgeTableAs],
  CreateTrigStmt: [judgeCreateTrigger],
  RuleStmt: [judgeCreateRule],
  CreatePolicyStmt: [judgeCreatePolicy],
  ClusterStmt: [judgeCluster],
  VacuumStmt: [judgeVacuum],
  RefreshMatViewStmt: [judgeRefresh],
  LockStmt: [judgeLock],
  TransactionStmt: [judgeTransactionControl],
  VariableSetStmt: [judgeSet],
  AlterEnumStmt: [judgeEnum],
  CreateEnumStmt: [judgeCreateEnum],
  AlterDomainStmt: [judgeDomain],
  CreateDomainStmt: [judgeCreateDomain],
  SelectStmt: [judgeCalls],
  CallStmt: [judgeCalls],
  GrantStmt: [judgeGrant],
  AlterSeqStmt: [judgeSequence],
  AlterExtensionStmt: [judgeExtensionUpdate],
  DropOwnedStmt: [judgeDropOwned],
  DropdbStmt: [judgeDropDatabase],
  AlterOwnerStmt: [judgeOwner],
};
const WRITING = /^(Update|Delete|Insert|Merge|Select|CreateTableAs|Explain|Prepare)Stmt$/;

/** Everything that is to be said about one statement, by rule. */
export function judgeStatement(at: Judgement, { advice }: { advice: boolean }): void {
  const { kind, node } = at.statement;
  judgeOutside(at);
  judgeVersion(at);
  judgeSession(at);
  judgeEnumUse(at);
  for (const judge of JUDGES[kind] ?? []) judge(at, node as never);
  if (WRITING.test(kind)) judgeRows(at);
  judgeAfterRows(at);
  if (advice) judgeAdvice(at);
  else dropAdvice(at);
}

/** A few rules of style stand beside the hazards that they belong to. */
function dropAdvice(at: Judgement): void {
  const kept = at.findings.filter(({ rule }) => !isAdvice(rule) && !STYLE.includes(rule));
  at.findings.splice(0, at.findings.length, ...kept);
}

const STYLE = ['index-many-columns', 'create-domain-with-constraint'];
