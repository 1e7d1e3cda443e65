import type { ServiceName } from '@fusion-prime/kernel';
import { apiClient, type ApiAnswer, type ApiClient } from './api-client.js';
import { testDatabase } from './database.js';
import { testIssuer } from './issuer.js';
import { spawnService } from './spawn-service.js';
import { testVariables } from './test-service.js';

/** What was written: where the API shows it, and the row that must hold it. */
export interface WrittenRecord {
  path: string;
  sql: string;
  values: unknown[];
}

export interface PersistenceProof {
  /** The row as SQL sees it right after the write was acknowledged. */
  rows: Record<string, unknown>[];
  before: ApiAnswer;
  after: ApiAnswer;
}

/**
 * The incident, tried again: writes through the API of the real process, looks at the row with SQL,
 * ends the process with kill -9, starts another and reads the record back.
 */
export async function provePersistence(
  service: ServiceName,
  write: (api: ApiClient) => Promise<WrittenRecord>,
): Promise<PersistenceProof> {
  const database = await testDatabase(service);
  const issuer = await testIssuer();
  const scopes = [`${service}:read`, `${service}:write`];
  const token = await issuer.token({ audience: service, scopes });
  const vars = testVariables({ database, issuer });

  const first = await spawnService(service, vars);
  await first.ready();
  const api = apiClient(first.url, token);
  const { path, sql, values } = await write(api);
  const rows = await database.query(sql, values);
  const before = await api('GET', path);
  await first.kill('SIGKILL');

  const second = await spawnService(service, vars);
  await second.ready();
  const after = await apiClient(second.url, token)('GET', path);
  await second.kill('SIGTERM');
  return { rows, before, after };
}
