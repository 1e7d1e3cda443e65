import { describe, expect, it } from '@jest/globals';
import type { DeploymentFacts, ServiceFacts } from '@fusion-prime/audit';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploymentFiles, DeployRefused } from '../src/index.js';
import { factsIn } from '../src/read-sources.js';
import { facts, folder, sources } from './sources.js';

type Change = (facts: DeploymentFacts, settlement: ServiceFacts) => void;

function refusal(change: Change): string {
  const [production, ...others] = structuredClone(facts);
  const settlement = production?.services['settlement'];
  if (production === undefined || settlement === undefined) throw new Error('no facts');
  change(production, settlement);
  try {
    deploymentFiles(sources, [production, ...others]);
    return 'nothing';
  } catch (error) {
    if (error instanceof DeployRefused) return error.message;
    throw error;
  }
}

const met: [string, Change, RegExp][] = [
  [
    'DEPLOY_VARIABLE_MISSING',
    ({ variables }) => delete variables['AUTH_ISSUER'],
    /production\.yaml gives compliance no AUTH_ISSUER/,
  ],
  [
    'DEPLOY_VARIABLE_MISSING',
    ({ variables }) => delete variables['AUTH_JWKS_URL'],
    /no AUTH_JWKS_FILE or AUTH_JWKS_URL/,
  ],
  [
    'DEPLOY_VARIABLE_MISSING',
    ({ fileSecrets }) => delete fileSecrets['CURSOR_KEY_FILE'],
    /no CURSOR_KEY_FILE/,
  ],
  [
    'DEPLOY_VARIABLE_CONFLICT',
    ({ variables }) => (variables['AUTH_JWKS_FILE'] = '/etc/jwks.json'),
    /AUTH_JWKS_FILE and AUTH_JWKS_URL/,
  ],
  [
    'DEPLOY_VARIABLE_CONFLICT',
    ({ variables }) => (variables['DB_POOL_SIZE'] = '50'),
    /DB_POOL_SIZE is not given here: poolSize/,
  ],
  [
    'DEPLOY_VARIABLE_CONFLICT',
    (_, settlement) => (settlement.variables['DATABASE_URL'] = 'postgresql://me:secret@db/x'),
    /DATABASE_URL is not given here: databaseUrlSecret says it$/,
  ],
  [
    'DEPLOY_VARIABLE_CONFLICT',
    (_, settlement) => (settlement.variables['NODE_ENV'] = 'development'),
    /always production/,
  ],
  [
    'DEPLOY_VARIABLE_CONFLICT',
    (_, settlement) => (settlement.fileSecrets['PORT'] = 'fp-cursor-key'),
    /each platform says it/,
  ],
  [
    'DEPLOY_VARIABLE_UNKNOWN',
    (_, settlement) => (settlement.variables['SETTLEMENT_SUBSCRIPTOIN'] = 'x'),
    /SETTLEMENT_SUBSCRIPTOIN, which settlement does not read/,
  ],
  ['DEPLOY_VALUE_INVALID', ({ variables }) => (variables['LOG_LEVEL'] = 'loud'), /LOG_LEVEL.*info/],
  ['DEPLOY_VALUE_INVALID', ({ variables }) => (variables['LOG_LEVEL'] = ''), /LOG_LEVEL/],
  ['DEPLOY_VALUE_INVALID', ({ variables }) => (variables['DOCS_ENABLED'] = 'no'), /true \| false/],
  [
    'DEPLOY_VALUE_INVALID',
    ({ variables }) => (variables['RATE_LIMIT_PER_SECOND'] = '1000001'),
    /1\.\.1000000/,
  ],
  [
    'DEPLOY_VALUE_INVALID',
    ({ variables }) => (variables['RATE_LIMIT_PER_SECOND'] = '8e3'),
    /1\.\.1000000/,
  ],
  ['DEPLOY_VALUE_INVALID', ({ variables }) => (variables['AUTH_ISSUER'] = ' '), /not blank/],
  [
    'DEPLOY_SECRET_IN_CLEAR',
    ({ variables }) => (variables['DATABASE_URL_FILE'] = '/run/url'),
    /DATABASE_URL_FILE is secret/,
  ],
  [
    'DEPLOY_NOT_A_FILE',
    (_, settlement) => (settlement.fileSecrets['LOG_LEVEL'] = 'fp-cursor-key'),
    /LOG_LEVEL is not the path of a file/,
  ],
  [
    'DEPLOY_SECRET_VERSION_MISSING',
    ({ secretVersions }) => delete secretVersions['fp-settlement-db-connection-string'],
    /which version of fp-settlement-db-connection-string/,
  ],
  [
    'DEPLOY_SECRET_VERSION_MISSING',
    ({ secretVersions }) => delete secretVersions['fp-settlement-db-owner-connection-string'],
    /which version of fp-settlement-db-owner-connection-string/,
  ],
  ['DEPLOY_ACCOUNT_MISSING', (production) => delete production.accounts, /who migrates/],
  ['DEPLOY_SERVICE_MISSING', ({ services }) => delete services['alert'], /says nothing of alert/],
  [
    'DEPLOY_SERVICE_UNKNOWN',
    ({ services }, settlement) => (services['ledger'] = settlement),
    /no ledger/,
  ],
  [
    'DEPLOY_ENVIRONMENTS_DIFFER',
    ({ variables }) => (variables['RATE_LIMIT_PER_SECOND'] = '50'),
    /RATE_LIMIT_PER_SECOND in one of them alone/,
  ],
  [
    'DEPLOY_ENVIRONMENTS_DIFFER',
    (_, settlement) => (settlement.deployedAs = 'settlement-service'),
    /settlement has the name settlement/,
  ],
  [
    'DEPLOY_CONNECTION_BUDGET',
    (_, settlement) => (settlement.maxInstances = 7),
    /\(7 \+ 1 instances\) × \(8 \+ 2 \+ 1 connections\) \+ 20 reserved = 108 of 100/,
  ],
  [
    'DEPLOY_CONNECTION_BUDGET',
    ({ services }, settlement) =>
      (settlement.instance = services['compliance']?.instance ?? 'no such'),
    /settlement and compliance may take .*\(8 \+ 2 \+ 1 connections\) \+ \(6.* = 174 of 100/,
  ],
  [
    'DEPLOY_VALUE_INVALID',
    (_, settlement) => (settlement.minInstances = 7),
    /settlement has 7 instances at least and 6 at most/,
  ],
  [
    'DEPLOY_VALUE_INVALID',
    (_, settlement) => Object.assign(settlement, { minInstances: 0, maxInstances: 0 }),
    /0 at most/,
  ],
];

describe('deployment files are not made', () => {
  it('of these facts as they are? they are', () => {
    expect(refusal(() => undefined)).toBe('nothing');
  });

  it.each(met)('%s', (code, change, words) => {
    expect(refusal(change)).toMatch(new RegExp(`^${code} `));
    expect(refusal(change)).toMatch(words);
  });

  it.each([
    [/production.yaml: .*maxOverflow: Invalid input/, 'maxOverflow: 2', 'maxOverflow: many'],
    [/regoin/, 'region:', 'regoin:'],
    [/Map keys must be unique/, 'region:', 'project: other\nregion:'],
    [
      /maxInstances: .*; .*poolSize: /,
      'maxInstances: 6\n    poolSize: 8',
      'maxInstances: -1\n    poolSize: 1.5',
    ],
    [/Implicit map keys|Nested mappings|Unexpected/, 'project:', '  project: ['],
  ])('DEPLOY_FACTS_INVALID %s', (words, before, after) => {
    const place = mkdtempSync(join(tmpdir(), 'facts-'));
    const file = join(place, 'production.yaml');
    const text = readFileSync(join(folder, 'production.yaml'), 'utf8');
    expect(text).toContain(before);
    writeFileSync(file, text.replace(before, after));
    try {
      expect(() => factsIn(file)).toThrow(
        expect.objectContaining({
          code: 'DEPLOY_FACTS_INVALID',
          message: expect.stringMatching(words),
        }),
      );
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  const source = readFileSync(join(folder, 'src', 'refusal.ts'), 'utf8');
  const codes = [...source.matchAll(/'(DEPLOY_[A-Z_]+)'/g)].map((match) => match[1]);

  it('for no reason that is not met here', () => {
    const tried = ['DEPLOY_FACTS_INVALID', ...met.map(([code]) => code)];
    expect(codes.filter((code) => !tried.includes(code ?? ''))).toEqual([]);
  });

  it.each(codes)('%s without being told in the README', (code) => {
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`\`${code}\``);
  });
});
