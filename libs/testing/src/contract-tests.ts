import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument, type ServiceDefinition } from '@fusion-prime/service';
import { checkoutRoot } from './checkout.js';
import { testDatabase } from './database.js';
import { schemaDrift } from './schema-drift.js';

/**
 * What every service promises about its files: its entities agree with its migrations, and the OpenAPI
 * file that clients read is the one that the code makes.
 *
 * @param anIndex some index of the service, dropped to see that the comparison can fail
 */
export function contractTests<C>(
  definition: ServiceDefinition<C>,
  { anIndex }: { anIndex: string },
): void {
  const { name } = definition;

  describe(`the entities of ${name}`, () => {
    it('agree with what its migrations made', async () => {
      expect(await schemaDrift(definition, await testDatabase(name))).toEqual([]);
    });

    it('disagree as soon as an index is gone', async () => {
      const database = await testDatabase(name);
      await database.query(`DROP INDEX ${anIndex}`);
      expect(await schemaDrift(definition, database)).toHaveLength(1);
    });
  });

  describe(`apps/${name}/openapi.json`, () => {
    it('is what the code makes: npm run openapi', async () => {
      const file = join(checkoutRoot(), 'apps', name, 'openapi.json');
      const made = JSON.parse(JSON.stringify(await openApiDocument(definition))) as unknown;
      expect(made).toEqual(JSON.parse(readFileSync(file, 'utf8')));
    });
  });
}
