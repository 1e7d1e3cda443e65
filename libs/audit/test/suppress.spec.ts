import { describe, expect, it } from '@jest/globals';
import { auditSarif, exitCodeOf } from '../src/index.js';
import { auditTexts, found } from './audit-fixture.js';

const RULE = 'FP-ENV-009';
const COMMAND = 'gcloud run services update settlement --clear-env-vars';
const pipeline = (...lines: string[]): string =>
  [
    'steps:',
    '  - name: gcr.io/cloud-builders/gcloud',
    '    script: |',
    ...lines.map((line) => `      ${line}`),
    '',
  ].join('\n');
const audited = (...lines: string[]): ReturnType<typeof auditTexts> =>
  auditTexts({ 'a.yaml': pipeline(...lines) });

describe('a suppression', () => {
  const good = `# fp-audit: ignore ${RULE}, FP-CB-004 reason="T-71: rewired below" until=2027-01-31`;

  it('counts for its own line, and for the one below it', () => {
    expect(found(audited(good, COMMAND)).filter((one) => one.endsWith(RULE))).toEqual([]);
    expect(found(audited(`${COMMAND} ${good}`)).filter((one) => one.endsWith(RULE))).toEqual([]);
  });

  it('counts for no other line and no other rule', () => {
    expect(found(audited(good, 'true', COMMAND))).toContain(`a.yaml:6:7 FP-CB-004`);
    const other = good.replace(RULE, 'FP-ENV-001');
    expect(found(audited(other, COMMAND)).some((one) => one.endsWith(RULE))).toBe(true);
  });

  it('stays in SARIF with its reason, and out of everything else', () => {
    const [run] = auditSarif(audited(good, COMMAND))['runs'] as {
      results: { ruleId: string; suppressions?: unknown }[];
    }[];
    const result = run?.results.find(({ ruleId }) => ruleId === RULE);
    expect(result?.suppressions).toEqual([
      { kind: 'inSource', justification: 'T-71: rewired below' },
    ]);
  });

  it.each([
    ['no reason', good.replace(/ reason="[^"]*"/, '')],
    ['an empty reason', good.replace(/"[^"]*"/, '" "')],
    ['no date', good.replace(/ until=\S+/, '')],
    ['a date that is over', good.replace('2027-01-31', '2026-11-19')],
    ['a date that is none', good.replace('2027-01-31', '2027-13-45')],
    ['the thirtieth of February', good.replace('2027-01-31', '2027-02-30')],
    ['a rule that does not exist', good.replace(RULE, 'FP-ENV-999')],
  ])('with %s suppresses nothing and is a finding itself', (_, comment) => {
    const report = audited(comment, COMMAND);
    expect(found(report)).toContain('a.yaml:4:7 FP-GEN-009');
    expect(found(report).some((one) => one.endsWith(RULE))).toBe(true);
    expect(exitCodeOf(report)).toBe(11);
  });

  it('is good on its last day', () => {
    const last = good.replace('2027-01-31', '2026-11-20');
    expect(found(audited(last, COMMAND)).some((one) => one.endsWith('FP-GEN-009'))).toBe(false);
  });
});
