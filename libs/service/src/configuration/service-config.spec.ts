import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid } from '@fusion-prime/kernel';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceDefinition } from '../start/service-definition.js';
import { readConfiguration } from './read-configuration.js';

const directory = mkdtempSync(join(tmpdir(), 'service-config-'));
const file = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};
const JWKS = file('jwks.json', '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"abc"}]}');
const PRIVATE_JWKS = file(
  'private.json',
  '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"abc","d":"def"}]}',
);
const CURSOR_KEY = file('cursor', 'x'.repeat(40));

const definition = {
  name: 'settlement',
  defaultPort: 4001,
  readConfig: (env) => ({ pace: env.integer('PACE', { default: 1, min: 1, max: 9 }) }),
  load: () => Promise.reject(new Error('not loaded to read a configuration')),
} satisfies ServiceDefinition<{ pace: number }>;

const good = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://app:pw@db.internal:5432/settlement_db?sslmode=verify-full',
  AUTH_ISSUER: 'https://issuer',
  AUTH_JWKS_FILE: JWKS,
  CURSOR_KEY_FILE: CURSOR_KEY,
  SERVICE_TOKEN_FILE: CURSOR_KEY,
  ALERT_URL: 'http://alert:4004',
};
const read = (vars: Record<string, string | undefined> = {}) =>
  readConfiguration(definition, { ...good, ...vars });
const problemsOf = (vars: Record<string, string | undefined>): string[] => {
  try {
    read(vars);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems.map((p) => `${p.var} ${p.code}`);
    throw error;
  }
};

describe('the configuration of a service', () => {
  it('has the stated defaults', () => {
    expect(read().service).toMatchObject({
      port: 4001,
      production: true,
      auth: {
        issuer: 'https://issuer',
        audience: 'settlement',
        keys: { kind: 'file', path: JWKS },
      },
      logLevel: 'info',
      requestTimeoutMs: 8_000,
      shutdownGraceMs: 10_000,
      rateLimitPerSecond: undefined,
      metricsEnabled: true,
      docsEnabled: true,
      cursorKey: 'x'.repeat(40),
    });
  });

  it.each([
    [{ HOST: 'localhost' }, 'HOST CFG_HOST'],
    [{ HOST: '' }, 'HOST CFG_HOST'],
    [{ HOST: '256.0.0.1' }, 'HOST CFG_HOST'],
    [{ PORT: '0' }, 'PORT CFG_INTEGER'],
    [{ PORT: '65536' }, 'PORT CFG_INTEGER'],
    [{ PORT: '80a' }, 'PORT CFG_INTEGER'],
    [{ PORT: ' 80' }, 'PORT CFG_INTEGER'],
    [{ AUTH_ISSUER: undefined }, 'AUTH_ISSUER CFG_MISSING'],
    [{ AUTH_ISSUER: ' ' }, 'AUTH_ISSUER CFG_EMPTY'],
    [{ AUTH_JWKS_FILE: undefined }, 'AUTH_JWKS_URL CFG_MISSING'],
    [{ AUTH_JWKS_FILE: '/nowhere/jwks.json' }, 'AUTH_JWKS_FILE CFG_FILE_UNREADABLE'],
    [{ AUTH_JWKS_FILE: CURSOR_KEY }, 'AUTH_JWKS_FILE AUTH_JWKS_INVALID'],
    [{ AUTH_JWKS_FILE: PRIVATE_JWKS }, 'AUTH_JWKS_FILE AUTH_JWKS_INVALID'],
    [{ AUTH_JWKS_URL: 'https://issuer/jwks' }, 'AUTH_JWKS_FILE CFG_CONFLICT'],
    [
      { AUTH_JWKS_FILE: undefined, AUTH_JWKS_URL: 'http://issuer/jwks' },
      'AUTH_JWKS_URL AUTH_JWKS_URL_INVALID',
    ],
    [{ AUTH_JWKS_FILE: undefined, AUTH_JWKS_URL: 'issuer' }, 'AUTH_JWKS_URL AUTH_JWKS_URL_INVALID'],
    [{ CURSOR_KEY_FILE: undefined }, 'CURSOR_KEY_FILE CFG_MISSING'],
    [{ CURSOR_KEY_FILE: file('short', 'abc') }, 'CURSOR_KEY_FILE CFG_FILE_TOO_SHORT'],
    [{ SERVICE_TOKEN_FILE: undefined }, 'SERVICE_TOKEN_FILE CFG_MISSING'],
    [{ SERVICE_TOKEN_FILE: '/nowhere' }, 'SERVICE_TOKEN_FILE CFG_FILE_UNREADABLE'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL CFG_CHOICE'],
    [{ RATE_LIMIT_PER_SECOND: '0' }, 'RATE_LIMIT_PER_SECOND CFG_INTEGER'],
    [{ RATE_LIMIT_PER_SECOND: '' }, 'RATE_LIMIT_PER_SECOND CFG_INTEGER'],
    [{ METRICS_ENABLED: 'yes' }, 'METRICS_ENABLED CFG_BOOLEAN'],
    [{ FP_ENV: '' }, 'FP_ENV CFG_EMPTY'],
    [{ FP_BUILD_SHA: '' }, 'FP_BUILD_SHA CFG_EMPTY'],
    [{ FP_BUILD_SHA: 'not a name' }, 'FP_BUILD_SHA CFG_BUILD_SHA'],
    [{ FP_BUILD_SHA: 'x'.repeat(65) }, 'FP_BUILD_SHA CFG_BUILD_SHA'],
    [{ REQUEST_TIMEOUT_MS: '8s' }, 'REQUEST_TIMEOUT_MS CFG_INTEGER'],
    [{ REQUEST_TIMEOUT_MS: '5000' }, 'REQUEST_TIMEOUT_MS DBCFG_TIMEOUT_ORDER'],
    [{ SHUTDOWN_GRACE_MS: '8000' }, 'SHUTDOWN_GRACE_MS DBCFG_TIMEOUT_ORDER'],
    [{ PACE: '10' }, 'PACE CFG_INTEGER'],
  ])('refuses %p', (vars, problem) => {
    expect(problemsOf(vars)).toEqual([problem]);
  });

  it('lists the problems of the service, its database and its app at once', () => {
    expect(
      problemsOf({ PORT: 'x', DATABASE_URL: 'sqlite:///a.db', PACE: 'x', AUTH_ISSUER: undefined }),
    ).toEqual([
      'DATABASE_URL DBCFG_SCHEME_FORBIDDEN',
      'PORT CFG_INTEGER',
      'AUTH_ISSUER CFG_MISSING',
      'PACE CFG_INTEGER',
    ]);
  });

  it.each([
    [undefined, true],
    ['production', true],
    ['Development', true],
    ['dev', true],
    ['development', false],
    ['test', false],
  ])('takes NODE_ENV=%p for production: %p', (mode, production) => {
    expect(read({ NODE_ENV: mode }).service.production).toBe(production);
  });

  it('lets development do without a cursor key, and says so', () => {
    const { service, warnings } = read({ NODE_ENV: 'development', CURSOR_KEY_FILE: undefined });
    expect(service.cursorKey).toBeUndefined();
    expect(warnings.map(({ code }) => code)).toContain('CFG_CURSOR_KEY_EPHEMERAL');
  });

  it('accepts and reports the variables of today’s deployments', () => {
    expect(read({ GCP_PROJECT: 'p', SETTLEMENT_SUBSCRIPTION: 's' }).service.reported).toEqual({
      GCP_PROJECT: 'p',
      SETTLEMENT_SUBSCRIPTION: 's',
    });
  });
});
