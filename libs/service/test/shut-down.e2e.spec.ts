import { beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@fusion-prime/postgres-server';
import {
  Balancer,
  eventually,
  testDatabase,
  testIssuer,
  testVariables,
  untilReady,
} from '@fusion-prime/testing';
import { runProgram } from './child-program.js';
import type { ChildProgram } from './child-program.js';

const REQUESTS = 6_000;
const CONCURRENCY = 24;

let vars: Record<string, string>;
let authorization: string;

beforeAll(async () => {
  const issuer = await testIssuer();
  vars = testVariables({ database: await testDatabase('settlement'), issuer });
  authorization = `Bearer ${await issuer.token({ scopes: ['settlement:admin'], audience: 'settlement' })}`;
});

async function startInstance(): Promise<{ child: ChildProgram; url: string }> {
  const port = String(await freePort());
  const child = runProgram('tiny-service', { ...vars, PORT: port, LOG_LEVEL: 'info' });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url);
  return { child, url };
}

describe('SIGTERM', () => {
  it('fails none of 6,000 requests while a second instance is up, and ends within 10 s', async () => {
    const [first, second] = await Promise.all([startInstance(), startInstance()]);
    const balancer = new Balancer([first.url, second.url], 250);
    const outcomes = new Map<number | string, number>();
    let begun = 0;
    let stopping: Promise<{ code: number | null; ms: number }> | undefined;

    const worker = async (id: number): Promise<void> => {
      const headers = { authorization, 'content-type': 'application/json' };
      const body = JSON.stringify({ value: 'v' });
      // Until enough were sent AND the instance is gone: the end of the shutdown is the interesting part.
      for (let gone = false; !gone || begun < REQUESTS;) {
        begun += 1;
        if (begun === 1_000) stopping = stop(first.child);
        const outcome = await balancer.send('PUT', `/canary/worker-${String(id)}`, headers, body);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        gone = stopping !== undefined && (await isSettled(stopping));
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, (_, id) => worker(id)));
    const stopped = await stopping!;
    balancer.close();
    second.child.kill('SIGTERM');
    await second.child.exited;

    expect(Object.fromEntries(outcomes)).toEqual({ 200: begun });
    expect(begun).toBeGreaterThanOrEqual(5_000);
    expect(balancer.sent.get(first.url)).toBeGreaterThan(400);
    expect(stopped.code).toBe(0);
    expect(stopped.ms).toBeLessThan(10_000);
    process.stdout.write(
      `shutdown under load: ${String(begun)} requests, 0 failed, exit after ${stopped.ms.toFixed(0)} ms\n`,
    );
  });

  it('is announced by readiness first, while requests are still served', async () => {
    const { child, url } = await startInstance();
    child.kill('SIGTERM');
    await eventually(
      async () => {
        const response = await fetch(`${url}/health/ready`);
        expect(response.status).toBe(503);
        expect(JSON.stringify(await response.json())).toContain('SHUTTING_DOWN');
      },
      { timeoutMs: 1_000 },
    );
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const served = await fetch(`${url}/canary/nobody`, { headers: { authorization } });
    expect(served.status).toBe(404);
    expect(served.headers.get('connection')).toBe('close');
    expect((await child.exited).code).toBe(0);
  });
});

async function stop(child: ChildProgram): Promise<{ code: number | null; ms: number }> {
  const startedAt = performance.now();
  child.kill('SIGTERM');
  const { code } = await child.exited;
  return { code, ms: performance.now() - startedAt };
}

function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return Promise.race([promise, Promise.resolve(pending)]).then((winner) => winner !== pending);
}
