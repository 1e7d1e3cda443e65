import { afterAll, beforeAll } from '@jest/globals';
import type { ServiceDefinition } from '@fusion-prime/service';
import { apiClient, type ApiClient } from './api-client.js';
import type { TestDatabase } from './database-on-server.js';
import { testDatabase } from './database.js';
import { testIssuer, type TestIssuer } from './issuer.js';
import { startTestService, type RunningTestService } from './test-service.js';

/** A service of the test file's own, with a database of its own; ready before the first test. */
export interface ServiceUnderTest {
  /** May read and write. */
  api: ApiClient;
  /** With a token that has these scopes only; without any token when there are none. */
  apiWith(...scopes: string[]): Promise<ApiClient>;
  database: TestDatabase;
  /** Its Nest application, for what no route shows. */
  app: RunningTestService['app'];
}

/**
 * Starts the service before the tests of the file and closes it after them. The result is filled once
 * they run: do not take it apart at the top of the file.
 *
 * @param subject in whose name `api` speaks
 * @param vars what it is told beside what every service under test is
 */
export function serviceUnderTest<C>(
  definition: ServiceDefinition<C>,
  { subject = 'tester', vars = {} }: { subject?: string; vars?: Record<string, string> } = {},
): ServiceUnderTest {
  const { name } = definition;
  const filled = {} as ServiceUnderTest;
  let issuer: TestIssuer;
  let service: RunningTestService;

  beforeAll(async () => {
    issuer = await testIssuer();
    filled.database = await testDatabase(name);
    service = await startTestService(definition, { database: filled.database, issuer, vars });
    filled.app = service.app;
    filled.apiWith = async (...scopes) =>
      apiClient(
        service.url,
        scopes.length === 0 ? undefined : await issuer.token({ audience: name, scopes, subject }),
      );
    filled.api = await filled.apiWith(`${name}:read`, `${name}:write`);
  });

  afterAll(() => service.close());
  return filled;
}
