import { commonEntities, type ServiceDefinition } from '@fusion-prime/service';
import { DataSource } from 'typeorm';
import type { TestDatabase } from './database-on-server.js';

/**
 * What TypeORM would change to make the migrated database fit the entities: nothing, when they agree.
 * Columns and their types, defaults, nullability, indexes, uniques, checks and keys by name.
 */
export async function schemaDrift<C>(
  definition: ServiceDefinition<C>,
  database: TestDatabase,
): Promise<string[]> {
  const { entities } = await definition.load();
  const dataSource = new DataSource({
    type: 'postgres',
    url: database.adminUrl,
    entities: [...entities, ...commonEntities] as never[],
    installExtensions: false,
  });
  await dataSource.initialize();
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  } finally {
    await dataSource.destroy();
  }
}
