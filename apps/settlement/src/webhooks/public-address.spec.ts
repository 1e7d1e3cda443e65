import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPublicAddress } from './public-address.js';

/** IANA's special-purpose registries, and what leads inside by other ways. */
const INSIDE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

const textOf = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

function numberOf(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Any address of one of the ranges. */
const inside = fc
  .tuple(fc.constantFrom(...INSIDE_V4), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
  .map(([range, offset]) => {
    const [base = '', bits = ''] = range.split('/');
    return textOf((numberOf(base) + (offset % 2 ** (32 - Number(bits)))) >>> 0);
  });

const hexOf = (v4: string): string => {
  const value = numberOf(v4).toString(16).padStart(8, '0');
  return `${value.slice(0, 4)}:${value.slice(4)}`;
};

/** Forms of IPv6 that carry an IPv4 address. */
const carriers: [name: string, carry: (v4: string) => string][] = [
  ['mapped', (v4) => `::ffff:${v4}`],
  ['mapped, in hex', (v4) => `::ffff:${hexOf(v4)}`],
  ['compatible', (v4) => `::${hexOf(v4)}`],
  ['translated (RFC 6145)', (v4) => `::ffff:0:${hexOf(v4)}`],
  ['NAT64', (v4) => `64:ff9b::${hexOf(v4)}`],
  ['NAT64 of a local prefix', (v4) => `64:ff9b:1::${hexOf(v4)}`],
  ['6to4', (v4) => `2002:${hexOf(v4)}::1`],
  ['Teredo', (v4) => `2001:0:${hexOf(v4)}::1`],
];

describe('an address that leads inside', () => {
  it('is refused wherever it lies in its range', () => {
    fc.assert(
      fc.property(inside, (address) => {
        expect(isPublicAddress(address)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(carriers)('is refused inside IPv6: %s', (_name, carry) => {
    fc.assert(
      fc.property(inside, (address) => {
        expect(isPublicAddress(carry(address))).toBe(false);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a name', 'example.com'],
    ['the host agent of Azure', '168.63.129.16'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['unique local', 'fc00::1'],
    ['Amazon’s metadata over IPv6', 'fd00:ec2::254'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['documentation of RFC 9637', '3fff::1'],
    ['discard', '100::1'],
    ['segment routing', '5f00::1'],
    ['nobody’s yet', '4000::1'],
  ])('is refused: %s', (_name, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('a public address', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '93.184.216.34',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001::200e',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('is allowed: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});
