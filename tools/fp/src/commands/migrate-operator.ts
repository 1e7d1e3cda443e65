import type { HistoryEntry, LockOwner } from '@fusion-prime/migrator';
import { confirmLoss, confirmTarget } from '../confirm.js';
import { type CommonOptions, type Context, contextOf, isLocal } from '../context.js';
import { gitSha } from '../git-sha.js';
import { print, printJson, say, table } from '../output.js';
import { progress } from '../progress.js';
import { CommandRefused } from '../refusal.js';
import { sayTargets } from '../targets.js';

export interface RepairOptions extends CommonOptions {
  number: string;
  as: 'applied' | 'not-applied';
  reason: string;
  lockWait?: number;
}

const MS_PER_SECOND = 1_000;

/** A person who looked says how far a migration got that was started and has no end. */
export async function repair(options: RepairOptions, name: string): Promise<number> {
  const { number, as, reason, env, yes, lockWait } = options;
  const { database, environment } = await oneDatabase(options, name);
  const what = `record migration ${number} of ${name} as ${as}`;
  await confirmTarget({ what, local: isLocal(database), env, yes });
  const { repairMigration } = await import('@fusion-prime/migrator');
  const report = await repairMigration(
    database,
    { number, as, reason },
    {
      environment,
      gitSha: gitSha(),
      reporter: progress(),
      onStarted: (started) => say(rowsOf([started])),
      ...(lockWait !== undefined && { lockWaitMs: lockWait * MS_PER_SECOND }),
    },
  );
  if (options.json === true) printJson(report);
  else print(rowsOf([report.written]));
  return report.exitCode;
}

/** Ends the backend that holds the lock, once somebody has seen who that is. */
export async function unlock(options: CommonOptions, name: string): Promise<number> {
  const { env, yes } = options;
  const { database, environment } = await oneDatabase(options, name);
  const { unlockDatabase } = await import('@fusion-prime/migrator');
  const report = await unlockDatabase(database, {
    environment,
    confirm: async (holder) => {
      say(holderOf(holder));
      const what = `end pid ${holder.pid}, which holds the migration lock of ${name}`;
      await confirmLoss({ what, local: isLocal(database), env, yes, word: 'unlock' });
    },
  });
  const pid = report.holder?.pid;
  const told = {
    free: `${name}: nobody holds the migration lock; nothing to do`,
    ended: `${name}: pid ${pid} was ended, the migration lock is free`,
    gone: `${name}: pid ${pid} has let go of the lock by itself; nobody was ended`,
  };
  if (options.json === true) printJson(report);
  else print(told[report.outcome]);
  return report.exitCode;
}

async function oneDatabase(
  options: CommonOptions,
  name: string,
): Promise<{ database: Context['databases'][number]; environment: string | undefined }> {
  const context = await contextOf({ ...options, only: [name], skip: [] });
  const [database] = context.databases;
  if (database === undefined) throw new CommandRefused('USAGE', `there is no ${name}`);
  sayTargets(context);
  return { database, environment: context.environment };
}

function rowsOf(entries: readonly HistoryEntry[]): string {
  const rows = entries.map((entry) => [
    String(entry.seq),
    entry.startedAt.slice(0, 19),
    entry.direction,
    entry.status,
    `${entry.number} ${entry.name}`,
    `${entry.osUser ?? '?'}@${entry.host ?? '?'}`,
    entry.error ?? '-',
  ]);
  return table(['SEQ', 'STARTED (UTC)', 'WAY', 'STATUS', 'MIGRATION', 'BY', 'WORD'], rows);
}

function holderOf({ pid, application, user, ageMs, state, query }: LockOwner): string {
  const age = ageMs === null ? 'unknown' : `${Math.round(ageMs / MS_PER_SECOND)} s`;
  const row = [String(pid), application || '-', user, age, state ?? 'unknown', query || '-'];
  return table(['PID', 'APPLICATION', 'USER', 'AGE', 'STATE', 'QUERY'], [row]);
}
