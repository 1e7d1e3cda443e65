import { describe, expect, it } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { EndpointGuard } from './endpoint-guard.js';
import type { ResolveHost } from './resolve-host.js';

const PUBLIC: LookupAddress = { address: '93.184.216.34', family: 4 };
const resolvesTo =
  (...addresses: string[]): ResolveHost =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

const production = { allowHttp: false, allowPrivate: false };
const guard = (resolve = resolvesTo(PUBLIC.address), rules = production): EndpointGuard =>
  new EndpointGuard(rules, resolve);

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'admitted',
    (error: { code: string }) => error.code,
  );

describe('at registration', () => {
  it.each([
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0x7f000001/',
    'https://017700000001/',
    'https://127.1/',
    'https://0/',
    'https://127.0.0.1./',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.8:8443/',
    'https://localhost/',
    'https://LOCALHOST/',
    'https://localhost./',
    'https://api.localhost/',
    'https://api.localhost../',
    'https://１２７.0.0.1/',
    'https://①②⑦.0.0.1/',
  ])('refuses %s', async (url) => {
    expect(await codeOf(guard().admit(url))).toBe('webhook-address-forbidden');
  });

  it.each([
    ['one private address among public ones', ['93.184.216.34', '10.0.0.8']],
    ['a mapped private address', ['::ffff:10.0.0.8']],
    ['a metadata server', ['169.254.169.254']],
    ['a private IPv6 address', ['fd00::1']],
  ])('refuses a name with %s', async (_what, addresses) => {
    const admitted = guard(resolvesTo(...addresses)).admit('https://hooks.example/');
    expect(await codeOf(admitted)).toBe('webhook-address-forbidden');
  });

  it('looks up a few names at once, so that dead name servers take the database from nobody', async () => {
    let answer: (found: LookupAddress[]) => void = () => undefined;
    const asked = new Promise<LookupAddress[]>((resolve) => (answer = resolve));
    const slow = guard(() => asked);
    const admitted = Array.from({ length: 8 }, () => codeOf(slow.admit('https://hooks.example/')));
    expect(await codeOf(slow.admit('https://hooks.example/'))).toBe('webhook-hosts-busy');
    expect(await codeOf(slow.admit('https://93.184.216.34/'))).toBe('admitted');
    answer([PUBLIC]);
    expect(await Promise.all(admitted)).toEqual(Array.from({ length: 8 }, () => 'admitted'));
    expect(await codeOf(slow.admit('https://hooks.example/'))).toBe('admitted');
  });

  it.each<[string, ResolveHost]>([
    ['that nobody knows', () => Promise.reject(new Error('ENOTFOUND'))],
    ['without addresses', async () => []],
  ])('refuses a name %s', async (_what, resolve) => {
    const admitted = guard(resolve).admit('https://hooks.example/');
    expect(await codeOf(admitted)).toBe('webhook-host-unresolvable');
  });

  it.each([
    ['http://hooks.example/', 'webhook-url-insecure'],
    ['http://93.184.216.34/', 'webhook-url-insecure'],
    ['https://hooks.example:22/', 'webhook-port-forbidden'],
    ['https://hooks.example:1023/', 'webhook-port-forbidden'],
    ['https://hooks.example:0/', 'webhook-port-forbidden'],
    ['https://hooks.example:80/', 'admitted'],
    ['https://hooks.example:8443/', 'admitted'],
    ['https://hooks.example./', 'admitted'],
    ['https://93.184.216.34/', 'admitted'],
    ['https://[2606:4700:4700::1111]/', 'admitted'],
  ])('answers %s with %s', async (url, code) => {
    expect(await codeOf(guard().admit(url))).toBe(code);
  });

  it('allows http where it is not production, and inside only where that is allowed', async () => {
    const staging = { allowHttp: true, allowPrivate: false };
    const development = { allowHttp: true, allowPrivate: true };
    expect(await codeOf(guard(undefined, staging).admit('http://hooks.example/'))).toBe('admitted');
    expect(await codeOf(guard(undefined, staging).admit('http://127.0.0.1:8080/'))).toBe(
      'webhook-address-forbidden',
    );
    expect(await codeOf(guard(undefined, development).admit('http://127.0.0.1:8080/'))).toBe(
      'admitted',
    );
  });
});

describe('at a connection', () => {
  const lookup = (given: EndpointGuard, host: string, all = true): Promise<unknown> =>
    new Promise((resolve, reject) => {
      given.lookup(host, { all }, (error, found) => {
        if (error === null) resolve(found);
        else reject(error);
      });
    });

  it('gives the addresses that it looked at, and no other', async () => {
    expect(await lookup(guard(), 'hooks.example')).toEqual([PUBLIC]);
    expect(await lookup(guard(), 'hooks.example', false)).toBe(PUBLIC.address);
  });

  it('refuses a name that was public at registration and is private now', async () => {
    const answers = ['93.184.216.34', '127.0.0.1'];
    const rebinding = guard(async () => [{ address: answers.shift() ?? '', family: 4 }]);
    await rebinding.admit('https://hooks.example/');
    expect(await codeOf(lookup(rebinding, 'hooks.example'))).toBe('webhook-address-forbidden');
  });

  it('asks once: no second answer is ever used', async () => {
    let asked = 0;
    const counting = guard(async () => {
      asked += 1;
      return [PUBLIC];
    });
    await lookup(counting, 'hooks.example');
    expect(asked).toBe(1);
  });

  it('reaches this machine only where that is allowed', async () => {
    expect(await codeOf(lookup(guard(), 'localhost'))).toBe('webhook-address-forbidden');
    const open = guard(undefined, { allowHttp: true, allowPrivate: true });
    expect(await lookup(open, 'localhost')).toEqual([{ address: '127.0.0.1', family: 4 }]);
  });
});
