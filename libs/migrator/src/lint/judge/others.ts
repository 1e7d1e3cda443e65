import type { AlterSeqStmt, GrantStmt, Node } from 'libpg-query';
import { inner } from '../tree.js';
import { isNew } from './drop.js';
import type { Judgement } from './judgement.js';

export function judgeGrant(at: Judgement, node: GrantStmt): void {
  if (node.is_grant === true) return;
  const live = (node.objects ?? []).flatMap((one) => at.live(inner(one, 'RangeVar')) ?? []);
  if (
    (node.objects ?? []).every((one) => inner(one, 'RangeVar') !== undefined) &&
    live.length === 0
  )
    return;
  const names = live.map(({ name }) => name).join(', ') || 'what it names';
  // The rights of everybody on a new schema are taken away by good habit.
  if (live.length === 0) return;
  at.report('change-owner', {
    message: `A role loses rights on ${names}: statements of the running version may fail (42501).`,
    fix: `Check which roles the services use; revoke when none of them needs it.`,
    tables: live,
  });
}

export function judgeSequence(at: Judgement, node: AlterSeqStmt): void {
  const restart = (node.options ?? []).some(
    (one: Node) => inner<{ defname?: string }>(one, 'DefElem')?.defname === 'restart',
  );
  const key = node.sequence === undefined ? '' : at.schema.keyOf(node.sequence);
  if (!restart || isNew(at.schema, key)) return;
  at.report('restart-sequence', {
    message: `${node.sequence?.relname} gives out numbers that it gave out before, unless the new start lies above all of them.`,
    fix: `SELECT setval('${node.sequence?.relname}', (SELECT max(id) FROM …)); moves it forward only.`,
  });
}

export function judgeExtensionUpdate(at: Judgement, node: { extname?: string }): void {
  at.report('extension-script', {
    message: `The update script of ${node.extname} is the server's: it may rewrite what uses its types.`,
    fix: `Read its release notes, try it on a copy, and say so:  -- migrate: ignore extension-script reason="…"`,
  });
}

export function judgeDropOwned(at: Judgement): void {
  at.report('drop-schema', {
    message: `Everything that the role owns in this database is gone.`,
    fix: `REASSIGN OWNED BY … TO …; first.`,
  });
}

export function judgeDropDatabase(at: Judgement, node: { dbname?: string }): void {
  at.report('drop-database', {
    message: `Database ${node.dbname} is gone, with everything in it.`,
    fix: `Not in a migration: a person does that, after a backup.`,
  });
}

export function judgeOwner(at: Judgement, node: { relation?: never }): void {
  const live = node.relation === undefined ? null : at.live(node.relation);
  if (live === null) return;
  at.report('change-owner', {
    message: `Another owner of ${live.name}: the service's role may lose its rights.`,
    fix: `GRANT what the service needs in the same transaction.`,
    tables: [live],
  });
}
