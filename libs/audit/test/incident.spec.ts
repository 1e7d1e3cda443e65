import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOf } from '../src/index.js';
import { auditTexts, found } from './audit-fixture.js';
import { repositoryContext } from './repository-files.js';

const text = readFileSync(
  join(import.meta.dirname, 'fixtures', 'incident.cloudbuild.yaml'),
  'utf8',
);

/** Line of the gcloud that deploys each service. */
const DEPLOYS = {
  settlement: 12,
  compliance: 23,
  'alert-notification': 33,
  'price-oracle': 43,
  'risk-engine': 54,
};

describe('the deployment file of the incident', () => {
  it('gives its findings without anything but the names of the fleet', () => {
    const report = auditTexts({ 'cloudbuild.yaml': text });
    const each = Object.values(DEPLOYS).flatMap((line) =>
      ['FP-CB-004', 'FP-ENV-001', 'FP-PRB-001', 'FP-SEC-007'].map(
        (rule) => `cloudbuild.yaml:${line} ${rule}`,
      ),
    );
    const once = ['FP-CB-003', 'FP-CB-003', 'FP-MIG-001'].map(
      (rule) => `cloudbuild.yaml:${DEPLOYS.settlement} ${rule}`,
    );
    expect(found(report).map(withoutColumn).sort()).toEqual([...each, ...once].sort());
    expect(exitCodeOf(report)).toBe(11);
  });

  it('gives more of them where manifest and facts tell what is needed', () => {
    const { findings } = auditTexts({ 'cloudbuild.yaml': text }, repositoryContext());
    const rules = (line: number): string[] =>
      findings.filter(({ place }) => place.line === line).map(({ rule }) => rule);
    for (const line of [
      DEPLOYS.compliance,
      DEPLOYS['alert-notification'],
      DEPLOYS['risk-engine'],
    ]) {
      expect(rules(line)).toEqual([
        'FP-CB-004',
        'FP-ENV-001',
        'FP-ENV-006',
        ...['FP-GEN-002', 'FP-GEN-002', 'FP-GEN-002', 'FP-GEN-002'],
        'FP-POL-001',
        'FP-PRB-001',
        'FP-PRB-002',
        'FP-PRB-005',
        'FP-SEC-007',
        'FP-SQL-001',
      ]);
    }
  });

  it('says of every service which instance it lacks, where the facts tell', () => {
    const { findings } = auditTexts({ 'cloudbuild.yaml': text }, repositoryContext());
    const instances = findings
      .filter(({ rule }) => rule === 'FP-SQL-001')
      .map(({ message }) => message);
    expect(instances).toEqual([
      'settlement attaches no instance; its database is on fusion-prime:us-central1:fp-settlement-db-590d836a',
      'compliance attaches no instance; its database is on fusion-prime:us-central1:fp-compliance-db-0b9f2040',
      'alert-notification attaches no instance; its database is on fusion-prime:us-central1:fp-alert-db-e0b47f9a',
      'price-oracle attaches no instance; its database is on fusion-prime:us-central1:fp-priceoracle-db-683fed10',
      'risk-engine attaches no instance; its database is on fusion-prime:us-central1:fp-risk-db-1d929830',
    ]);
  });

  it('would have been caught with the second incident: a zone in the socket path', () => {
    const url =
      'postgresql://settlement_user:p@/settlement_db?host=/cloudsql/fusion-prime:us-central1-a:fp-settlement-db';
    const wired = text.replace(
      'SETTLEMENT_SUBSCRIPTION=',
      `DATABASE_URL=${url},SETTLEMENT_SUBSCRIPTION=`,
    );
    const rules = found(auditTexts({ 'cloudbuild.yaml': wired }));
    expect(rules).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/cloudbuild\.yaml:20:\d+ FP-SQL-003/),
        expect.stringMatching(/cloudbuild\.yaml:20:\d+ FP-ENV-002/),
      ]),
    );
  });
});

function withoutColumn(one: string): string {
  return one.replace(/:\d+ /, ' ');
}
