import type { AlterTableCmd, PartitionCmd, ReplicaIdentityStmt } from 'libpg-query';
import { isProvenPartition } from './partition.js';
import { inner } from '../tree.js';
import type { Judgement, Live } from './judgement.js';

type Judge = (at: Judgement, live: Live, command: AlterTableCmd) => void;

const trigger: Judge = (at, live, { subtype, name }) =>
  at.report('disable-trigger', {
    message: `${/Disable/.test(subtype ?? '') ? 'Switched off' : 'Switched'}: ${name ?? 'all triggers'} of ${live.name}; rows written meanwhile are not what it makes of them. SHARE ROW EXCLUSIVE, no writes until the transaction ends.`,
    fix: `Let the trigger's own function decide (a setting, a column), or write the rows so that it may fire.`,
    tables: [live],
    level: /Disable/.test(subtype ?? '') ? 'warning' : 'info',
  });

const rewriting =
  (rule: 'set-logged' | 'set-tablespace' | 'set-access-method', what: string): Judge =>
  (at, live) =>
    at.report(rule, {
      message: `${what} writes ${live.name} and its indexes anew under ACCESS EXCLUSIVE: no reads, no writes meanwhile.`,
      fix: `Make a new table that way, copy in batches (or with pg_repack), and swap the names in a short transaction.`,
      tables: [live],
    });

const inherit: Judge = (at, live) =>
  at.report('inherit', {
    message: `ACCESS EXCLUSIVE on ${live.name}; queries of the parent see other rows from now on.`,
    fix: `Make sure that no query of the running version reads the parent without ONLY.`,
    tables: [live],
  });

/** What one command of ALTER TABLE does beyond columns and constraints. */
export const TABLE_OPTIONS: Partial<Record<NonNullable<AlterTableCmd['subtype']>, Judge>> = {
  AT_EnableTrig: trigger,
  AT_EnableAlwaysTrig: trigger,
  AT_EnableReplicaTrig: trigger,
  AT_EnableTrigAll: trigger,
  AT_EnableTrigUser: trigger,
  AT_DisableTrig: trigger,
  AT_DisableTrigAll: trigger,
  AT_DisableTrigUser: trigger,
  AT_DisableRule: trigger,
  AT_EnableRule: trigger,
  AT_SetLogged: rewriting('set-logged', 'SET LOGGED'),
  AT_SetUnLogged: rewriting('set-logged', 'SET UNLOGGED'),
  AT_SetTableSpace: rewriting('set-tablespace', 'SET TABLESPACE'),
  AT_SetAccessMethod: rewriting('set-access-method', 'SET ACCESS METHOD'),
  AT_AddInherit: inherit,
  AT_DropInherit: inherit,
  AT_AttachPartition: judgeAttach,
  AT_DetachPartition: judgeDetach,
  AT_EnableRowSecurity: judgeRowSecurity,
  AT_ForceRowSecurity: judgeRowSecurity,
  AT_DisableRowSecurity: (at, live) => policyChange(at, live, 'DISABLE ROW LEVEL SECURITY'),
  AT_NoForceRowSecurity: (at, live) => policyChange(at, live, 'NO FORCE ROW LEVEL SECURITY'),
  AT_ReplicaIdentity: (at, live, command) => {
    const identity = inner<ReplicaIdentityStmt>(command.def, 'ReplicaIdentityStmt');
    if (identity?.identity_type === 'd') return;
    at.report('replica-identity', {
      message: `Subscribers find rows of ${live.name} by another key from now on${identity?.identity_type === 'f' ? '; FULL writes the whole old row into the WAL for every UPDATE and DELETE' : ''}.`,
      fix: `USING INDEX over a unique index of NOT NULL columns costs least; tell those who subscribe.`,
      tables: [live],
    });
  },
  AT_ChangeOwner: (at, live) =>
    at.report('change-owner', {
      message: `Another owner of ${live.name}: the service's role may lose its rights, and the next migration may not be allowed to change it.`,
      fix: `GRANT what the service needs in the same transaction.`,
      tables: [live],
    }),
};

function policyChange(at: Judgement, live: Live, what: string): void {
  at.report('policy', {
    message: `${what}: the running version sees or writes other rows of ${live.name} from now on; ACCESS EXCLUSIVE for a moment.`,
    fix: `Check that the service's role keeps what it reads and writes.`,
    tables: [live],
  });
}

function judgeRowSecurity(at: Judgement, live: Live): void {
  const policies =
    (live.table?.policies ?? 0) + at.later.filter(({ kind }) => kind === 'CreatePolicyStmt').length;
  if (policies > 0) {
    policyChange(at, live, 'ROW LEVEL SECURITY');
    return;
  }
  at.report('row-level-security', {
    message: `Row level security without a policy denies everything: every role but the owner sees no row of ${live.name}.`,
    fix: `CREATE POLICY … ON ${live.name} … in the same transaction, before it.`,
    tables: [live],
  });
}

function judgeAttach(at: Judgement, parent: Live, command: AlterTableCmd): void {
  const partition = inner<PartitionCmd>(command.def, 'PartitionCmd');
  const child = partition?.name === undefined ? null : at.live(partition.name);
  const fallback = parent.table?.defaultPartition ?? null;
  const beside = fallback === null ? null : at.liveKey(fallback);
  if (beside !== null) sayDefaultScan(at, parent, beside);
  if (child === null) return;
  at.lock(child, 'ACCESS EXCLUSIVE');
  if (
    partition?.bound?.is_default === true ||
    isProvenPartition(parent.table, child.table, partition?.bound)
  )
    return;
  at.report('attach-partition-scan', {
    message: `No validated CHECK proves that the rows of ${child.name} fit the bound, so all of them are read under ACCESS EXCLUSIVE on it.`,
    fix: `ALTER TABLE ${child.name} ADD CONSTRAINT ${child.name}_bound CHECK (<the bound, with IS NOT NULL>) NOT VALID; VALIDATE it in a later migration; then ATTACH PARTITION, which reads nothing, and drop the CHECK.`,
    tables: [child],
  });
}

export function sayDefaultScan(at: Judgement, parent: Live, beside: Live): void {
  at.report('default-partition-scan', {
    message: `The DEFAULT partition ${beside.name} of ${parent.name} is read from end to end under ACCESS EXCLUSIVE, to see that none of its rows belongs to the new one.`,
    fix: `Give ${beside.name} a CHECK that excludes the new bound, NOT VALID, and VALIDATE it in a migration before.`,
    tables: [beside],
  });
}

function judgeDetach(at: Judgement, parent: Live, command: AlterTableCmd): void {
  const partition = inner<PartitionCmd>(command.def, 'PartitionCmd');
  const child = partition?.name?.relname ?? 'the partition';
  if (partition?.concurrent === true) return;
  at.report('detach-partition', {
    message: `ACCESS EXCLUSIVE on ${parent.name}: every query of every partition waits for it, and it waits for every one that runs.`,
    fix: `In a file with transaction=none: ALTER TABLE ${parent.name} DETACH PARTITION ${child} CONCURRENTLY;`,
    tables: [parent],
  });
}
