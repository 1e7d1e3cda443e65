import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestFleet, threeTables } from '../../../libs/migrator/test/fleet-fixture.js';
import { deliver, signature } from '../src/notify-webhook.js';
import { type Answer, fpIn } from './fp-process.js';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two letters!!').toString('base64')}`;
const elsewhere = mkdtempSync(join(tmpdir(), 'fp-notify-'));
const fp = fpIn(elsewhere);

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

let received: Received[] = [];
/** What the receiver answers, one after the other; the last one again. 0 is no answer at all. */
let answers: number[] = [204];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    received.push({ headers: request.headers, body });
    const status = answers.length > 1 ? (answers.shift() ?? 0) : (answers[0] ?? 0);
    if (status === 0) return;
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
  });
});
let fleet: TestFleet;
let url: string;

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks/t0p-secret`;
  const bad = { ...threeTables, '004_bad.sql': 'SELECT 1 / 0;' };
  fleet = await TestFleet.create([{ name: 'books', files: bad }]);
});
beforeEach(() => {
  received = [];
  answers = [204];
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await fleet.drop();
  rmSync(elsewhere, { recursive: true });
});

const up = (args: string[], vars: Record<string, string | undefined> = {}): Promise<Answer> =>
  fp(['migrate', 'up', '--fleet', fleet.file, ...args], {
    vars: { ...fleet.vars, FP_NOTIFY_SECRET: SECRET, ...vars },
  });

/** As the specification says it, written a second time. */
function demandSigned({ headers, body }: Received): void {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signed } = headers;
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${String(id)}.${String(timestamp)}.${body}`);
  expect(signed).toBe(`v1,${mac.digest('base64')}`);
  expect(Math.abs(Number(timestamp) - Date.now() / 1_000)).toBeLessThan(300);
}

describe('a run that does not end well', () => {
  it('sends its report, signed, without a password, and keeps its exit code', async () => {
    const { code, stdout, stderr } = await up(['--notify', url, '--json']);
    expect(code).toBe(5);
    const [notice, ...more] = received;
    if (notice === undefined) throw new Error('nothing was received');
    demandSigned(notice);
    expect([more, notice.headers['content-type']]).toEqual([[], 'application/json']);
    expect(JSON.parse(notice.body)).toEqual(JSON.parse(stdout));
    expect(JSON.parse(notice.body)).toMatchObject({ command: 'up', failed: ['books'] });
    expect(notice.body).not.toContain('owner-secret');
    expect(stderr).toMatch(/^notified http:\/\/127\.0\.0\.1:\d+ \(status 204\)$/m);
    expect(stderr).not.toContain('t0p-secret');
  });

  it('hides a password that somebody else has said', async () => {
    const hook = 'echo "cannot reach postgresql://o:owner-secret@db/books" >&2; exit 1';
    const { code } = await up(['--notify', url, '--backup-command', hook]);
    expect(code).toBe(13);
    expect(received[0]?.body).toContain('postgresql://o:***@db/books');
  });

  it('tries again while the receiver is not well, with one id', async () => {
    answers = [503, 429, 200];
    const { code, stderr } = await up(['--notify', url]);
    expect([code, stderr]).toEqual([5, expect.stringContaining('notified')]);
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    received.forEach(demandSigned);
  });

  it.each([
    ['refuses', [401], 1, 'status 401'],
    ['sends it elsewhere', [302], 1, 'status 302'],
    ['stays ill', [500], 3, 'status 500'],
  ])('says so when the receiver %s, and keeps its exit code', async (_how, given, tries, why) => {
    answers = given;
    const { code, stderr } = await up(['--notify', url]);
    const told = `could not notify ${new URL(url).origin}: ${why}, after ${tries} tries`;
    expect([code, stderr, received.length]).toEqual([5, expect.stringContaining(told), tries]);
  });

  it('says so when nobody is there', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const { code, stderr } = await up(['--notify', `http://127.0.0.1:${port}/`]);
    expect([code, stderr]).toEqual([5, expect.stringMatching(/could not notify .*ECONNREFUSED/)]);
  });
});

describe('a run that ends well', () => {
  it('is quiet, unless it should always be told', async () => {
    const quiet = await up(['--notify', url, '--only', 'books', '--to-nobody']).catch(() => null);
    expect(quiet?.code).toBe(2);
    fleet.write('books', '004_bad.sql', 'SELECT 1;');
    expect((await up(['--notify', url])).code).toBe(0);
    expect(received).toEqual([]);
    expect((await up(['--notify', url, '--notify-always'])).code).toBe(0);
    expect(received.map(({ body }) => (JSON.parse(body) as { exitCode: number }).exitCode)).toEqual(
      [0],
    );
  });
});

describe('what could never be sent is refused before the run', () => {
  it.each([
    ['no secret', 'http://127.0.0.1:1/', { FP_NOTIFY_SECRET: undefined }],
    ['a short secret', 'http://127.0.0.1:1/', { FP_NOTIFY_SECRET: 'short' }],
    [
      'a secret file that is not there',
      'http://127.0.0.1:1/',
      { FP_NOTIFY_SECRET_FILE: '/nowhere' },
    ],
    ['no URL', 'pager', {}],
    ['clear text to another machine', 'http://hooks.example/', {}],
    ['a user and a password in it', 'https://u:p@hooks.example/', {}],
  ])('%s', async (_what, to, vars) => {
    const { code, stderr } = await up(['--notify', to], vars);
    expect([code, stderr]).toEqual([2, expect.stringContaining('USAGE')]);
    expect(stderr).not.toContain('✓');
  });
});

describe('a notice', () => {
  const delivery = { id: 'msg_1', body: '{}' };

  it('is given up on when there is no answer in time', async () => {
    answers = [0];
    const sent = deliver(
      { url: new URL(url), secret: SECRET },
      { ...delivery, tries: 2, timeoutMs: 50 },
    );
    expect(await sent).toEqual({ ok: false, tries: 2, outcome: 'no answer in 50 ms' });
    expect(received).toHaveLength(2);
  });

  it('is signed as the published example of Standard Webhooks is', () => {
    const signed = signature('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      body: '{"test": 2432232314}',
    });
    expect(signed).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('takes its secret from a file', async () => {
    const file = join(elsewhere, 'secret');
    writeFileSync(file, `${SECRET}\n`);
    const vars = { FP_NOTIFY_SECRET: undefined, FP_NOTIFY_SECRET_FILE: file };
    expect((await up(['--notify', url, '--notify-always'], vars)).code).toBe(0);
    received.forEach(demandSigned);
    expect(received).toHaveLength(1);
  });
});
