import { randomBytes } from 'node:crypto';
import type { Environment } from '@fusion-prime/kernel';
import type { EndpointRules } from './endpoint-url.js';
import { KEY_BYTES } from './secret-keys.js';

export interface WebhooksConfig extends EndpointRules {
  /** The first one seals secrets, every one opens them. */
  readonly keys: readonly Buffer[];
  /** How long deliveries can be listed and sent again. */
  readonly retentionDays: number;
}

/** Where a class of this feature finds it. */
export const WEBHOOKS_CONFIG = Symbol('WEBHOOKS_CONFIG');

const KEY_FILE = 'WEBHOOK_ENCRYPTION_KEY_FILE';
const KEY_HINT =
  'a file with one key a line, 32 random bytes in base64; the first seals, all open: openssl rand -base64 32';
// A delivery is tried for some three days; nobody can recover what was forgotten before that.
const RETENTION_DAYS = { default: 30, min: 7, max: 3_650 };
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Problems are added to `env`, never thrown here. */
export function readWebhooksConfig(env: Environment, production: boolean): WebhooksConfig {
  return Object.freeze({
    keys: readKeys(env, production),
    allowPrivate: readAllowPrivate(env, production),
    allowHttp: !production,
    retentionDays: env.integer('WEBHOOK_RETENTION_DAYS', RETENTION_DAYS),
  });
}

function readAllowPrivate(env: Environment, production: boolean): boolean {
  const allowed = env.boolean('WEBHOOK_ALLOW_PRIVATE', false);
  if (!allowed || !production) return allowed;
  env.problem(
    'CFG_WEBHOOK_PRIVATE',
    'WEBHOOK_ALLOW_PRIVATE',
    'lets clients reach the private network, and this is production',
    'unset it',
  );
  return false;
}

function readKeys(env: Environment, production: boolean): readonly Buffer[] {
  const path = env.text(KEY_FILE, { form: 'file', secret: true });
  if (path !== undefined) return keysOf(env, path);
  if (production && env.raw(KEY_FILE) === undefined) {
    env.problem('CFG_MISSING', KEY_FILE, 'is not set', KEY_HINT);
  } else if (!production) {
    env.warn(
      'CFG_WEBHOOK_KEY_EPHEMERAL',
      KEY_FILE,
      'is not set: secrets of webhooks cannot be read by another process',
      KEY_HINT,
    );
  }
  return [randomBytes(KEY_BYTES)];
}

function keysOf(env: Environment, path: string): readonly Buffer[] {
  let text: string;
  try {
    text = env.readFile(path);
  } catch {
    env.problem('CFG_FILE_UNREADABLE', KEY_FILE, 'cannot be read', 'the path of a readable file');
    return [];
  }
  const lines = text.split('\n').map((line) => line.trim());
  const written = lines.filter((line) => line !== '');
  const keys = written.map((line) => Buffer.from(BASE64.test(line) ? line : '', 'base64'));
  if (keys.length > 0 && keys.every(({ length }) => length === KEY_BYTES)) return keys;
  env.problem('CFG_WEBHOOK_KEY', KEY_FILE, 'holds a line that is no key', KEY_HINT);
  return [];
}
