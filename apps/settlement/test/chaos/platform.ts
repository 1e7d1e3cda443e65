import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@fusion-prime/postgres-server';
import {
  apiClient,
  ownServer,
  spawnService,
  testIssuer,
  testVariables,
  type ApiClient,
  type OwnServer,
  type SpawnedService,
  type TestDatabase,
} from '@fusion-prime/testing';
import { Disorder } from './disorder.js';
import type { SeededRandom } from './random.js';

export const VICTIMS = ['settlement', 'compliance', 'PostgreSQL'] as const;
export type Victim = (typeof VICTIMS)[number];
type Name = 'settlement' | 'compliance';

/** The platform whose parts are killed: two services and the server that both have their databases on. */
export class ChaosPlatform {
  readonly killed: Record<Victim, number> = { settlement: 0, compliance: 0, PostgreSQL: 0 };
  private readonly running = new Map<Name, SpawnedService>();

  private constructor(
    readonly server: OwnServer,
    readonly databases: Record<Name, TestDatabase>,
    readonly disorder: Disorder,
    readonly api: Record<Name, ApiClient>,
    private readonly variables: Record<Name, Record<string, string>>,
  ) {}

  static async start(random: SeededRandom): Promise<ChaosPlatform> {
    const server = await ownServer('settlement');
    const databases = {
      settlement: server.database,
      compliance: await server.databaseOf('compliance'),
    };
    const issuer = await testIssuer();
    const ports = { settlement: await freePort(), compliance: await freePort() };
    const urlOf = (name: Name): string => `http://127.0.0.1:${String(ports[name])}`;
    // Compliance reaches settlement's consumer through disorder; settlement asks compliance directly.
    const disorder = new Disorder(urlOf('settlement'), random);
    const keyFile = join(mkdtempSync(join(tmpdir(), 'chaos-')), 'webhook.key');
    writeFileSync(keyFile, randomBytes(32).toString('base64'));
    const vars = {
      COMPLIANCE_URL: urlOf('compliance'),
      SETTLEMENT_URL: await disorder.listen(),
      SETTLEMENT_AUTO_ADVANCE: 'true',
      COMPLIANCE_UNKNOWN_PARTY: 'APPROVED',
      WEBHOOK_ALLOW_PRIVATE: 'true',
      WEBHOOK_ENCRYPTION_KEY_FILE: keyFile,
    };
    const variablesOf = (name: Name): Record<string, string> => ({
      ...testVariables({ database: databases[name], issuer, vars }),
      PORT: String(ports[name]),
    });
    const scopes = ['settlement', 'compliance'].flatMap((n) => [`${n}:read`, `${n}:write`]);
    const token = await issuer.token({ audience: ['settlement', 'compliance'], scopes });
    const platform = new ChaosPlatform(
      server,
      databases,
      disorder,
      {
        settlement: apiClient(urlOf('settlement'), token),
        compliance: apiClient(urlOf('compliance'), token),
      },
      { settlement: variablesOf('settlement'), compliance: variablesOf('compliance') },
    );
    await Promise.all([platform.spawn('settlement'), platform.spawn('compliance')]);
    await platform.ready();
    return platform;
  }

  /** kill -9, and up again at once: whoever was talking to it finds out by themselves. */
  async kill(victim: Victim): Promise<void> {
    this.killed[victim] += 1;
    if (victim === 'PostgreSQL') {
      await this.server.kill();
      await this.server.restart();
      return;
    }
    await this.running.get(victim)?.kill('SIGKILL');
    await this.spawn(victim);
  }

  async ready(): Promise<void> {
    await Promise.all([...this.running.values()].map((service) => service.ready()));
  }

  /** What a killed process had taken is everybody's once its lease has run out: here it has. */
  async leasesRunOut(): Promise<void> {
    const { settlement, compliance } = this.databases;
    await settlement.query(
      `UPDATE settlement_commands SET leased_until = NULL WHERE leased_until > now()`,
    );
    await settlement.query(
      `UPDATE webhook_deliveries SET locked_until = NULL, next_attempt_at = now() WHERE status = 'pending'`,
    );
    for (const database of [settlement, compliance])
      await database.query(
        `UPDATE outbox SET locked_until = NULL, next_attempt_at = now() WHERE status = 'pending'`,
      );
  }

  async close(): Promise<void> {
    this.disorder.close();
    await Promise.all([...this.running.values()].map((service) => service.kill('SIGTERM')));
    await this.server.remove();
  }

  private async spawn(name: Name): Promise<void> {
    this.running.set(name, await spawnService(name, this.variables[name]));
  }
}
