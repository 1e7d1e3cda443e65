import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { assert } from '@fusion-prime/kernel';

export const KEY_BYTES = 32;
// GCM's own: what NIST SP 800-38D recommends, and a whole tag.
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^sealed:v1:([0-9a-f]{16}):([\w-]+)$/;

/** A stored secret that none of the keys opens. Says which key sealed it, and nothing else of it. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
  readonly code = 'webhook-secret-unreadable';

  constructor(subscriptionId: string, keyId: string) {
    super(
      `the secret of webhook subscription ${subscriptionId} was sealed with the key ${keyId}, which ` +
        'WEBHOOK_ENCRYPTION_KEY_FILE does not hold: add that key as a further line, or rotate the secret',
    );
  }
}

/**
 * Secrets at rest: AES-256-GCM, bound to their subscription, so that a stored secret is no good in another
 * row. Written as `sealed:v1:<key id>:<base64url of iv, tag, ciphertext>`; anything else is clear text of
 * a release that did not seal.
 *
 * The first key seals, every key opens: a new key is added as the last one everywhere, then moved to the
 * front, and the old one is removed once the background work has sealed every row anew.
 */
export class SecretKeys {
  private readonly keys: readonly { id: string; key: Buffer }[];

  constructor(keys: readonly Buffer[]) {
    assert(keys.length > 0, 'there is a key to seal with');
    assert(
      keys.every(({ length }) => length === KEY_BYTES),
      'every key has 256 bits',
    );
    this.keys = keys.map((key) => ({ id: keyId(key), key }));
  }

  /** What every secret that needs no sealing anew begins with. */
  get currentPrefix(): string {
    return `sealed:v1:${this.keys[0]?.id ?? ''}:`;
  }

  seal(subscriptionId: string, secret: string): string {
    const [current] = this.keys;
    assert(current !== undefined, 'there is a key to seal with');
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', current.key, iv);
    cipher.setAAD(Buffer.from(subscriptionId));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return (
      this.currentPrefix + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
    );
  }

  /** @throws {SecretUnreadable} when its key is not here, or it belongs to another subscription */
  open(subscriptionId: string, stored: string): string {
    const [, id = '', encoded = ''] = SEALED.exec(stored) ?? [];
    if (id === '') return stored;
    const found = this.keys.find((candidate) => candidate.id === id);
    if (found === undefined) throw new SecretUnreadable(subscriptionId, id);
    const bytes = Buffer.from(encoded, 'base64url');
    const options = { authTagLength: TAG_BYTES };
    try {
      const decipher = createDecipheriv(
        'aes-256-gcm',
        found.key,
        bytes.subarray(0, IV_BYTES),
        options,
      );
      decipher.setAAD(Buffer.from(subscriptionId));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const opened = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
      return Buffer.concat([opened, decipher.final()]).toString('utf8');
    } catch {
      throw new SecretUnreadable(subscriptionId, id);
    }
  }
}

/** Names a key without telling anything of it. */
function keyId(key: Buffer): string {
  return createHash('sha256')
    .update('fusion-prime webhook key')
    .update(key)
    .digest('hex')
    .slice(0, 16);
}
