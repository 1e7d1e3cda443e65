import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { EndpointGuard } from '../src/webhooks/endpoint-guard.js';
import { systemResolver, type ResolveHost } from '../src/webhooks/resolve-host.js';

const [A, AAAA] = [1, 28];
const [SERVFAIL, NXDOMAIN] = [2, 3];

/** What the name server says of a name: addresses, a refusal by its number, or nothing at all. */
type Says = (type: number) => Buffer[] | number | undefined;

let says: Says;
let server: Socket;
let resolve: ResolveHost;

beforeEach(async () => {
  server = createSocket('udp4');
  server.on('message', (question, { port, address }) => {
    const answer = answerTo(question, says);
    if (answer !== undefined) server.send(answer, port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const servers = [`127.0.0.1:${String(server.address().port)}`];
  resolve = systemResolver({ timeoutMs: 100, tries: 1, servers });
});
afterEach(() => {
  server.close();
});

/** RFC 1035, section 4: the question again, and one record for each address. */
function answerTo(question: Buffer, ask: Says): Buffer | undefined {
  let end = 12;
  while (question[end] !== 0) end += (question[end] ?? 0) + 1;
  const type = question.readUInt16BE(end + 1);
  const said = ask(type);
  if (said === undefined) return undefined;
  const records = typeof said === 'number' ? [] : said;
  const head = Buffer.from(question.subarray(0, end + 5));
  head.writeUInt16BE(0x8180 | (typeof said === 'number' ? said : 0), 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  const rows = records.map((address) => {
    const row = Buffer.alloc(12);
    row.writeUInt16BE(0xc00c, 0);
    row.writeUInt16BE(type, 2);
    row.writeUInt16BE(1, 4);
    row.writeUInt16BE(address.length, 10);
    return Buffer.concat([row, address]);
  });
  return Buffer.concat([head, ...rows]);
}

const v4 = (text: string): Buffer => Buffer.from(text.split('.').map(Number));
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'admitted',
    (error: { code?: string }) => error.code,
  );

describe('a name', () => {
  it('has every address that the name servers know, of both families', async () => {
    const v6 = Buffer.from('26064700470000000000000000001111', 'hex');
    says = (type) => (type === A ? [v4('93.184.216.34'), v4('93.184.216.35')] : [v6]);
    expect(await resolve('hooks.example')).toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '93.184.216.35', family: 4 },
      { address: '2606:4700:4700::1111', family: 6 },
    ]);
  });

  it('needs an address of one family only', async () => {
    says = (type) => (type === AAAA ? NXDOMAIN : [v4('93.184.216.34')]);
    expect(await resolve('hooks.example')).toEqual([{ address: '93.184.216.34', family: 4 }]);
  });

  it('that the DNS does not know is looked for in this machine’s own files', async () => {
    says = () => NXDOMAIN;
    const addresses = (await resolve('localhost')).map(({ address }) => address);
    expect(addresses).toContain('127.0.0.1');
  });

  it.each([
    ['fails', SERVFAIL],
    ['is silent', undefined],
  ])('whose name server %s is asked nowhere else', async (_what, said) => {
    says = () => said;
    await expect(resolve('localhost')).rejects.toThrow('the name servers answered');
  });

  it('that turns from public to private is refused by the second answer', async () => {
    const answers = ['93.184.216.34', '10.0.0.8'];
    says = (type) => (type === A ? [v4(answers.shift() ?? '10.0.0.8')] : []);
    const guard = new EndpointGuard({ allowHttp: false, allowPrivate: false }, resolve);
    expect(await codeOf(guard.admit('https://hooks.example/'))).toBe('admitted');
    expect(await codeOf(guard.admit('https://hooks.example/'))).toBe('webhook-address-forbidden');
  });
});
