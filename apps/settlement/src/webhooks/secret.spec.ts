import { describe, expect, it } from '@jest/globals';
import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { isSecret, newSecret } from './secret.js';
import { SecretKeys } from './secret-keys.js';
import { signatureHeaders } from './signature.js';

const content = (body: string) => ({ id: 'msg-1', sentAt: new Date(), body });

describe('a secret', () => {
  it('is 192 fresh bits in the form that Standard Webhooks names', () => {
    const [first, second] = [newSecret(), newSecret()];
    expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(first).not.toBe(second);
    expect(isSecret(first)).toBe(true);
  });

  it.each([
    [23, false],
    [24, true],
    [64, true],
    [65, false],
  ])('of %i bytes is one: %s', (bytes, good) => {
    expect(isSecret(`whsec_${randomBytes(bytes).toString('base64')}`)).toBe(good);
  });

  it.each([
    'whsec_',
    randomBytes(24).toString('base64'),
    `whsec_${'*'.repeat(32)}`,
    `whsec_${'A'.repeat(33)}`,
  ])('is not %s', (text) => {
    expect(isSecret(text)).toBe(false);
  });
});

describe('a signature', () => {
  it('is what a Standard Webhooks library makes and verifies', () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        const secret = newSecret();
        const message = content(body);
        const headers = signatureHeaders(message, [secret]);
        const library = new Webhook(secret);
        expect(headers['webhook-signature']).toBe(library.sign('msg-1', message.sentAt, body));
        expect(() => library.verify(body, headers, { jsonParse: false })).not.toThrow();
      }),
    );
  });

  it('is one for each live secret, so that either verifies', () => {
    const secrets = [newSecret(), newSecret()];
    const headers = signatureHeaders(content('{}'), secrets);
    for (const secret of secrets) new Webhook(secret).verify('{}', headers);
    expect(() => new Webhook(newSecret()).verify('{}', headers)).toThrow();
  });

  it('of a secret from before this platform is made with its bytes as they are', () => {
    const { 'webhook-timestamp': timestamp, 'webhook-signature': signature } = signatureHeaders(
      content('{}'),
      ['old-secret'],
    );
    const mac = createHmac('sha256', 'old-secret').update(`msg-1.${timestamp}.{}`);
    expect(signature).toBe(`v1,${mac.digest('base64')}`);
  });
});

describe('a sealed secret', () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];
  const unreadable = 'webhook-secret-unreadable';
  const codeOf = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  };

  it('shows nothing of itself, and is another each time', () => {
    const keys = new SecretKeys([first]);
    const [one, two] = [keys.seal('sub-1', 'whsec_abc'), keys.seal('sub-1', 'whsec_abc')];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.split(':')[3] ?? '', 'base64url').toString('latin1')).not.toContain(
      'abc',
    );
    expect(keys.open('sub-1', one)).toBe('whsec_abc');
  });

  it('is opened by every key of the file, and sealed by the first', () => {
    const old = new SecretKeys([first]).seal('sub-1', 'whsec_abc');
    const both = new SecretKeys([second, first]);
    expect(both.open('sub-1', old)).toBe('whsec_abc');
    expect(old.startsWith(both.currentPrefix)).toBe(false);
    expect(new SecretKeys([second]).open('sub-1', both.seal('sub-1', 'x'))).toBe('x');
  });

  it('is not opened by another key, in another row, or once it was changed', () => {
    const keys = new SecretKeys([first]);
    const sealed = keys.seal('sub-1', 'whsec_abc');
    expect(codeOf(() => new SecretKeys([second]).open('sub-1', sealed))).toBe(unreadable);
    expect(codeOf(() => keys.open('sub-2', sealed))).toBe(unreadable);
    const changed = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
    expect(codeOf(() => keys.open('sub-1', changed))).toBe(unreadable);
    expect(codeOf(() => keys.open('sub-1', sealed.slice(0, 40)))).toBe(unreadable);
  });

  it('is told from the clear text of before', () => {
    expect(new SecretKeys([first]).open('sub-1', 'whsec_clear')).toBe('whsec_clear');
  });
});
