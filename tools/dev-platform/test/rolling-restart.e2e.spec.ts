import { beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_NAMES, type ServiceName } from '@fusion-prime/kernel';
import {
  Balancer,
  spawnService,
  testDatabase,
  testIssuer,
  testVariables,
  type SpawnedService,
  type TestIssuer,
} from '@fusion-prime/testing';

const CONCURRENCY = 16;
// Not more than the drain, which is how long a service serves after it said that it is leaving.
const PROBE_MS = 250;

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await testIssuer();
});

/** One of two replicas; started anew on its port, as a rolling restart does. */
class Replica {
  private constructor(
    private readonly service: ServiceName,
    private readonly vars: Record<string, string>,
    private running: SpawnedService,
  ) {}

  static async start(service: ServiceName, vars: Record<string, string>): Promise<Replica> {
    const running = await spawnService(service, vars);
    await running.ready();
    return new Replica(service, vars, running);
  }

  get url(): string {
    return this.running.url;
  }

  async restart(): Promise<void> {
    expect(await this.stop()).toBe(0);
    const PORT = new URL(this.url).port;
    this.running = await spawnService(this.service, { ...this.vars, PORT });
    await this.running.ready();
  }

  stop(): Promise<number | NodeJS.Signals> {
    return this.running.kill('SIGTERM');
  }
}

describe('a rolling restart under load', () => {
  it.each(SERVICE_NAMES)('fails no request of %s', async (service) => {
    const database = await testDatabase(service);
    const vars = testVariables({ database, issuer });
    const replicas = await Promise.all([
      Replica.start(service, vars),
      Replica.start(service, vars),
    ]);
    const balancer = new Balancer(
      replicas.map(({ url }) => url),
      PROBE_MS,
    );
    const token = await issuer.token({ scopes: [`${service}:admin`], audience: service });
    const outcomes = new Map<string, number>();
    let restarted = false;
    const load = async (worker: number): Promise<void> => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const path = `/canary/worker-${worker}`;
      for (let n = 0; !restarted; n += 1) {
        const write = n % 2 === 0;
        const body = write ? JSON.stringify({ value: String(n) }) : '';
        const outcome = await balancer.send(write ? 'PUT' : 'GET', path, headers, body);
        const key = `${write ? 'PUT' : 'GET'} ${outcome}`;
        outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
      }
    };
    const restarts = async (): Promise<void> => {
      for (const replica of replicas) {
        await replica.restart();
        // It gets traffic again before the other one leaves.
        await balancer.sawReady(replica.url);
      }
      restarted = true;
    };
    await Promise.all([
      restarts(),
      ...Array.from({ length: CONCURRENCY }, (_, worker) => load(worker)),
    ]);
    balancer.close();
    await Promise.all(replicas.map((replica) => replica.stop()));

    expect([...outcomes.keys()].sort()).toEqual(['GET 200', 'PUT 200']);
    const sent = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
    expect(sent).toBeGreaterThan(500);
    const rows = await database.query<{ count: string }>('SELECT count(*) FROM service_canary');
    expect(rows).toEqual([{ count: String(CONCURRENCY) }]);
    process.stdout.write(`rolling restart of ${service}: ${sent} requests, 0 failed\n`);
  });
});
