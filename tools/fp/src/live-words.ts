import type { FleetEvent } from '@fusion-prime/migrator';

/** What a database is now at work on, in a few words; null when the event says nothing of that. */
export function workOf(event: FleetEvent): string | null {
  if (event.type === 'backing-up') return 'backing up';
  if (event.type === 'rolling-back') return 'rolling back';
  if (event.type !== 'migration-started') return null;
  const { direction, migration } = event;
  return `${direction === 'up' ? '↑' : '↓'} ${migration.number} ${migration.name}`;
}

/** Whom it waits for; null when it does not. */
export function waitOf(event: FleetEvent): string | null {
  if (event.type === 'lock-busy') {
    const { pid, application } = event.holder;
    return `waiting for pid ${pid} (${application}), who is at work on it`;
  }
  if (event.type !== 'migration-blocked') return null;
  const pids = event.blockers.map(({ pid }) => `pid ${pid}`).join(', ');
  return `blocked${pids === '' ? '' : ` by ${pids}`}, again in ${event.retryInMs} ms`;
}
