import { loadFleet } from '@fusion-prime/migrator/fleet';

/** A database of the fleet, as deployment files speak of it. */
export interface FleetName {
  /** Also the service's. */
  readonly name: string;
  readonly database: string;
  readonly urlVariable: string;
  readonly migrateUrlVariable: string;
}

/**
 * The names in a fleet file. Connects to nothing and reads no URL.
 *
 * @throws {MigrationRefused} as loadFleet
 */
export function readFleetNames(
  file: string,
  variables: Readonly<Record<string, string | undefined>> = {},
): FleetName[] {
  const { databases } = loadFleet(file, {}, { itemVariables: variables });
  return databases.map(({ name, database, urlVariable, migrateUrlVariable }) => ({
    name,
    database,
    urlVariable,
    migrateUrlVariable,
  }));
}
