import { MigrationRefused } from '../refused.js';

interface Named {
  name: string;
  dependsOn: readonly string[];
}

/** Which entries a command is about: all, when it does not say. */
interface Choice {
  only?: readonly string[];
  skip?: readonly string[];
  /** Names that the file lists and that cannot be chosen. */
  withoutDatabase?: readonly string[] | undefined;
}

/**
 * Topological, then by name: the same file always gives the same order, however it is sorted.
 *
 * @throws {MigrationRefused} FLEET_UNKNOWN_NAME, FLEET_CYCLE
 */
export function inOrder<T extends Named>(
  entries: readonly T[],
  withoutDatabase: readonly string[] = [],
): T[] {
  const names = new Set(entries.map((entry) => entry.name));
  for (const { name, dependsOn } of entries) {
    const stranger = dependsOn.find((other) => !names.has(other));
    if (stranger === undefined) continue;
    const what = withoutDatabase.includes(stranger) ? 'has no database' : 'is not there';
    throw new MigrationRefused(
      'FLEET_UNKNOWN_NAME',
      `${name} depends on ${stranger}, which ${what}`,
    );
  }
  const rest = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const ordered: T[] = [];
  const done = new Set<string>();
  while (rest.length > 0) {
    const index = rest.findIndex(({ dependsOn }) => dependsOn.every((other) => done.has(other)));
    const [next] = index < 0 ? [] : rest.splice(index, 1);
    if (next === undefined) {
      const circle = rest.map(({ name }) => name).join(', ');
      throw new MigrationRefused(
        'FLEET_CYCLE',
        `these depend on each other in a circle: ${circle}`,
      );
    }
    ordered.push(next);
    done.add(next.name);
  }
  return ordered;
}

/**
 * The entries that a command is about, in the fleet's order.
 *
 * @throws {MigrationRefused} FLEET_UNKNOWN_NAME for a name that the fleet does not have
 */
export function select<T extends Named>(
  entries: readonly T[],
  { only = [], skip = [], withoutDatabase = [] }: Choice,
): T[] {
  const stranger = [...only, ...skip].find((name) => !entries.some((entry) => entry.name === name));
  if (stranger !== undefined) {
    const known = entries.map(({ name }) => name).join(', ');
    const what = withoutDatabase.includes(stranger)
      ? `${stranger} has no database`
      : `there is no ${stranger}; known are ${known}`;
    throw new MigrationRefused('FLEET_UNKNOWN_NAME', what);
  }
  const wanted = (name: string): boolean => only.length === 0 || only.includes(name);
  return entries.filter(({ name }) => wanted(name) && !skip.includes(name));
}

/** The services without a database that a command shows: none when it is about some databases alone. */
export function othersOf(
  { withoutDatabase = [] }: { withoutDatabase?: string[] },
  { only = [] }: { only?: readonly string[] },
): string[] {
  return only.length === 0 ? withoutDatabase : [];
}
