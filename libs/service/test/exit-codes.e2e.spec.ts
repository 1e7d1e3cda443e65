import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, testDatabase, testIssuer, testVariables } from '@fusion-prime/testing';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { runProgram } from './child-program.js';

const SECRET = 'hunter2hunter2';
let vars: Record<string, string>;
let compliance: string;
let occupant: Server;
let freePort: string;

beforeAll(async () => {
  const issuer = await testIssuer();
  vars = testVariables({ database: await testDatabase('settlement'), issuer });
  compliance = (await testDatabase('compliance')).appUrl;
  occupant = createServer().listen(0, '0.0.0.0');
  const other = createServer().listen(0, '127.0.0.1');
  await eventually(() => expect(occupant.listening && other.listening).toBe(true));
  freePort = String((other.address() as AddressInfo).port);
  await new Promise((resolve) => other.close(resolve));
});
afterAll(() => void occupant.close());

const lastLine = (text: string) =>
  JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;

describe('a service that cannot run says why in one line and ends', () => {
  it('78 within a second, with every problem and no secret, when its variables are wrong', async () => {
    const child = runProgram('tiny-service', {
      ...vars,
      DATABASE_URL: `mysql://app:${SECRET}@db/x`,
      PORT: '99999',
      LOG_LEVEL: 'loud',
      DB_POOL_SISE: '5',
      AUTH_ISSUER: undefined,
    });
    const { code, lifeMs } = await child.exited;
    expect(code).toBe(78);
    expect(lifeMs).toBeLessThan(1_000);
    expect(child.stdout()).toBe('');
    expect(child.stderr().trim().split('\n')).toHaveLength(1);
    expect(child.stderr()).not.toContain(SECRET);
    const line = lastLine(child.stderr());
    expect(line).toMatchObject({ level: 'fatal', event: 'config.invalid', service: 'settlement' });
    const problems = line['problems'] as {
      code: string;
      var: string;
      reason: string;
      hint: string;
    }[];
    expect(problems.map((problem) => problem.var).sort()).toEqual([
      'AUTH_ISSUER',
      'DATABASE_URL',
      'DB_POOL_SISE',
      'LOG_LEVEL',
      'PORT',
    ]);
    expect(
      problems.every(({ code, reason, hint }) => [code, reason, hint].every((text) => text !== '')),
    ).toBe(true);
  });

  it('78 when the database belongs to another service', async () => {
    const child = runProgram('tiny-service', { ...vars, DATABASE_URL: compliance, PORT: freePort });
    expect((await child.exited).code).toBe(78);
    expect(lastLine(child.stderr())).toMatchObject({
      event: 'database.unusable',
      code: 'DB_IDENTITY_MISMATCH',
    });
  });

  it('77 when the password is wrong', async () => {
    const url = new URL(vars['DATABASE_URL']!);
    url.password = SECRET;
    const child = runProgram('tiny-service', { ...vars, DATABASE_URL: url.href, PORT: freePort });
    expect((await child.exited).code).toBe(77);
    expect(lastLine(child.stderr())).toMatchObject({ event: 'database.unusable', code: 'DB_AUTH' });
    expect(child.stdout() + child.stderr()).not.toContain(SECRET);
  });

  it('69 when its port is in use', async () => {
    const port = String((occupant.address() as AddressInfo).port);
    const child = runProgram('tiny-service', { ...vars, PORT: port });
    expect((await child.exited).code).toBe(69);
    expect(child.stderr().trim().split('\n')).toHaveLength(1);
    expect(lastLine(child.stderr())).toMatchObject({ event: 'port.in-use', port: Number(port) });
  });

  it('78 when HOST is no address of this machine', async () => {
    // TEST-NET-1 of RFC 5737: nobody's address.
    const child = runProgram('tiny-service', { ...vars, HOST: '192.0.2.1', PORT: freePort });
    expect((await child.exited).code).toBe(78);
    expect(child.stderr().trim().split('\n')).toHaveLength(1);
    expect(lastLine(child.stderr())).toMatchObject({ event: 'port.refused', host: '192.0.2.1' });
  });

  it('70 when a route forgot to say who may call it', async () => {
    const child = runProgram('buggy-service', { ...vars, PORT: freePort });
    expect((await child.exited).code).toBe(70);
    expect(lastLine(child.stderr())).toMatchObject({ event: 'service.failed' });
  });

  it('70 when something throws where nobody catches', async () => {
    const child = runProgram('crashing-service', { ...vars, PORT: freePort, CRASH_WITH: 'bug' });
    expect((await child.exited).code).toBe(70);
    expect(lastLine(child.stderr())).toMatchObject({
      event: 'service.crashed',
      err: { type: 'TypeError' },
    });
  });

  it('not at all for a database fault that nobody catches', async () => {
    const child = runProgram('crashing-service', {
      ...vars,
      PORT: freePort,
      CRASH_WITH: 'database',
      LOG_LEVEL: 'info',
    });
    await eventually(() => expect(child.stdout()).toContain('database.fault-unhandled'));
    expect((await fetch(`http://127.0.0.1:${freePort}/health/live`)).status).toBe(200);
    child.kill('SIGKILL');
    await child.exited;
  });
});
