import { freePort } from '@fusion-prime/postgres-server';
import {
  apiClient,
  spawnService,
  testDatabase,
  testIssuer,
  testVariables,
  type ApiClient,
  type SpawnedService,
  type TestDatabase,
} from '@fusion-prime/testing';

/** Settlement and compliance as processes, each with its database, each knowing the other's address. */
export interface Platform {
  settlement: SpawnedService;
  compliance: SpawnedService;
  settlementDatabase: TestDatabase;
  complianceDatabase: TestDatabase;
  /** Speaks to settlement with every scope. */
  api: ApiClient;
  complianceApi: ApiClient;
  close(): Promise<void>;
}

export async function startPlatform(
  vars: { settlement?: Record<string, string>; compliance?: Record<string, string> } = {},
): Promise<Platform> {
  const issuer = await testIssuer();
  const [settlementDatabase, complianceDatabase] = [
    await testDatabase('settlement'),
    await testDatabase('compliance'),
  ];
  const ports = { settlement: await freePort(), compliance: await freePort() };
  const urls = {
    SETTLEMENT_URL: `http://127.0.0.1:${String(ports.settlement)}`,
    COMPLIANCE_URL: `http://127.0.0.1:${String(ports.compliance)}`,
  };
  const scopes = ['read', 'write', 'admin'];
  const token = await issuer.token({
    audience: ['settlement', 'compliance'],
    scopes: ['settlement', 'compliance'].flatMap((name) => scopes.map((s) => `${name}:${s}`)),
  });
  const start = (
    name: 'settlement' | 'compliance',
    database: TestDatabase,
  ): Promise<SpawnedService> =>
    spawnService(name, {
      ...testVariables({
        database,
        issuer,
        vars: { SETTLEMENT_AUTO_ADVANCE: 'true', COMPLIANCE_UNKNOWN_PARTY: 'APPROVED' },
      }),
      ...urls,
      PORT: String(ports[name]),
      ...vars[name],
    });
  const compliance = await start('compliance', complianceDatabase);
  const settlement = await start('settlement', settlementDatabase);
  await Promise.all([compliance.ready(), settlement.ready()]);
  return {
    settlement,
    compliance,
    settlementDatabase,
    complianceDatabase,
    api: apiClient(settlement.url, token),
    complianceApi: apiClient(compliance.url, token),
    close: async () => {
      await Promise.all([settlement.kill('SIGTERM'), compliance.kill('SIGTERM')]);
    },
  };
}
