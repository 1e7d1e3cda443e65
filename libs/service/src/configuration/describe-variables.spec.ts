import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid } from '@fusion-prime/kernel';
import type { Environment } from '@fusion-prime/kernel';
import { describeVariables } from './describe-variables.js';
import { readConfiguration } from './read-configuration.js';

const definition = {
  name: 'settlement' as const,
  defaultPort: 4001,
  readConfig: (env: Environment) => env.integer('PACE', { default: 1, min: 1, max: 9 }),
  load: () => Promise.reject(new Error('not loaded to read a configuration')),
};
const described = describeVariables(definition);
const names = described.map(({ name }) => name);

/** The names whose values are looked at while a service reads these variables. */
function askedFor(vars: Record<string, string>): string[] {
  const asked = new Set<string>();
  const watched = new Proxy(vars, {
    get(target, name) {
      if (typeof name === 'string' && (name in target || !(name in Object.prototype))) {
        asked.add(name);
      }
      return Reflect.get(target, name) as string | undefined;
    },
  });
  try {
    readConfiguration(definition, watched);
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
  }
  return [...asked];
}

describe('the variables of a service, by its own account', () => {
  it('has those of the process, the database, the service and the app', () => {
    expect(names).toEqual(
      expect.arrayContaining(['NODE_ENV', 'PORT', 'DATABASE_URL', 'DB_POOL_SIZE', 'PACE']),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('demands what an empty production environment lacks, and nothing else', () => {
    expect(described.filter(({ required }) => required).map(({ name }) => name)).toEqual([
      'DATABASE_URL',
      'DATABASE_URL_FILE',
      'AUTH_ISSUER',
      'AUTH_JWKS_FILE',
      'AUTH_JWKS_URL',
      'SERVICE_TOKEN_FILE',
      'ALERT_URL',
      'CURSOR_KEY_FILE',
    ]);
  });

  it.each([
    ['DATABASE_URL', { secret: true, oneOf: ['DATABASE_URL', 'DATABASE_URL_FILE'] }],
    ['DATABASE_URL_FILE', { form: 'file', secret: true }],
    ['AUTH_JWKS_URL', { form: 'text', secret: false, oneOf: ['AUTH_JWKS_FILE', 'AUTH_JWKS_URL'] }],
    ['CURSOR_KEY_FILE', { form: 'file', secret: true }],
    ['PORT', { form: 'integer', min: 1, max: 65_535, default: '4001' }],
    ['NODE_ENV', { form: 'text', default: 'production' }],
    ['LOG_LEVEL', { form: 'choice', default: 'info' }],
    ['AUTH_AUDIENCE', { default: 'settlement' }],
    ['RATE_LIMIT_PER_SECOND', { form: 'integer', min: 1, max: 1_000_000 }],
    ['PACE', { form: 'integer', min: 1, max: 9, default: '1' }],
  ])('knows the form of %s', (name, traits) => {
    expect(described.find((one) => one.name === name)).toMatchObject(traits);
  });

  // A question that depends on another answer would be missing from the deployment files.
  it.each([
    ['an empty environment', {}],
    ['development', { NODE_ENV: 'development' }],
    ['everything set', Object.fromEntries(names.map((name) => [name, '1']))],
    [
      'every number as its default',
      Object.fromEntries(described.map((v) => [v.name, v.default ?? ''])),
    ],
    ['names of others', { DB_HOST: 'x', PGHOST: 'y', HOME: 'z' }],
  ])('leaves none out that is read with %s', (_what, vars) => {
    const asked = askedFor(vars);
    // Whether a name is set at all is looked at to warn of it, and needs no wiring.
    const foreign = Object.keys(vars).filter((name) => !names.includes(name));
    expect(asked.filter((name) => !names.includes(name) && !foreign.includes(name))).toEqual([]);
    expect(asked.length).toBeGreaterThanOrEqual(names.length);
  });
});
