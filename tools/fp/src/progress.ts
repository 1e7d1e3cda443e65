import type { FleetEvent, LockHolder, Reporter } from '@fusion-prime/migrator';
import pc from 'picocolors';
import { say } from './output.js';

/** One plain line on stderr for everything that happens. */
export function progress(): Reporter {
  return (event) => {
    const line = lineOf(event);
    if (line !== null) say(line);
  };
}

function lineOf(event: FleetEvent): string | null {
  switch (event.type) {
    case 'checking':
      return null;
    case 'lock-busy':
      return `${event.database}: waiting for ${who(event.holder)}, who is at work on it`;
    case 'migration-started':
      return `${event.database}: ${arrow(event.direction)} ${nameOf(event.migration)}`;
    case 'migration-applied': {
      const recovered = event.recovered === null ? '' : `; ${event.recovered}`;
      return pc.green(
        `${event.database}: ✓ ${nameOf(event.migration)} (${event.durationMs} ms)${recovered}`,
      );
    }
    case 'migration-blocked': {
      const blockers = event.blockers.map(who).join(', ') || 'somebody who has left since';
      return `${event.database}: ${nameOf(event.migration)} is blocked (${event.sqlstate}) by ${blockers}; again in ${event.retryInMs} ms`;
    }
    case 'migration-failed':
      return pc.red(`${event.database}: ✗ ${nameOf(event.migration)}`);
    case 'backing-up':
      return `${event.database}: backing up`;
    case 'backed-up':
      return `${event.database}: backed up (${event.durationMs} ms): ${event.reference}`;
    case 'rolling-back':
      return `${event.database}: rolling back what this run did (${event.migrations})`;
    case 'database-done':
      return event.changed === 0 ? `${event.database}: nothing to do` : null;
  }
}

const arrow = (direction: 'up' | 'down'): string => (direction === 'up' ? '↑' : '↓');

const nameOf = ({ number, name }: { number: string; name: string }): string => `${number} ${name}`;

function who({ pid, application, user, ageMs }: LockHolder): string {
  const age = ageMs === null ? 'age unknown' : `${Math.round(ageMs / 1_000)} s`;
  return `pid ${pid} (${application || 'no application name'}, ${user}, ${age})`;
}
