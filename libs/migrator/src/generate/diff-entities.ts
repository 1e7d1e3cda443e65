import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { MigrationRefused } from '../refused.js';

/** One query of a generated migration. */
export interface GeneratedQuery {
  sql: string;
  parameters: unknown[];
}

/** What makes a database fit its entities, and the way back; both in the order in which they run. */
export interface EntityDiff {
  up: GeneratedQuery[];
  down: GeneratedQuery[];
}

/** A class with decorators, or an EntitySchema. */
type Entity = (new () => object) | import('typeorm').EntitySchema;

/**
 * Loads the list `entities` that a built module exports.
 *
 * @throws {MigrationRefused} ENTITIES_NOT_FOUND
 */
export async function loadEntities(file: string | undefined, name: string): Promise<Entity[]> {
  if (file === undefined) {
    refuse(`the fleet file names no entities for ${name}: add  entities: PATH_OF_A_BUILT_MODULE`);
  }
  if (!existsSync(file)) refuse(`${file} is missing: build it first, e.g.  npx tsc -b`);
  const { entities } = (await import(pathToFileURL(file).href)) as { entities?: unknown };
  if (Array.isArray(entities) && entities.every(isEntity)) {
    return entities as Entity[];
  }
  return refuse(`${file} exports no list "entities" of classes or schemas`);
}

/**
 * What TypeORM would change to make a migrated database fit the entities. Tables without an entity are
 * left alone.
 *
 * @param target a shadow at the newest migration; nothing is changed in it
 */
export async function diffEntities(
  target: DatabaseTarget,
  entities: readonly Entity[],
): Promise<EntityDiff> {
  const { DataSource } = await import('typeorm');
  const dataSource = new DataSource({
    type: 'postgres',
    host: target.host,
    port: target.port,
    database: target.database,
    username: target.user,
    password: target.password,
    entities: [...entities],
    synchronize: false,
    installExtensions: false,
  });
  await dataSource.initialize();
  try {
    const { upQueries, downQueries } = await dataSource.driver.createSchemaBuilder().log();
    const queryOf = ({ query, parameters }: (typeof upQueries)[number]): GeneratedQuery => ({
      sql: query,
      parameters: parameters ?? [],
    });
    return { up: upQueries.map(queryOf), down: downQueries.map(queryOf).reverse() };
  } finally {
    await dataSource.destroy();
  }
}

function isEntity(one: unknown): boolean {
  return typeof one === 'function' || (typeof one === 'object' && one !== null && 'options' in one);
}

function refuse(message: string): never {
  throw new MigrationRefused('ENTITIES_NOT_FOUND', message);
}
