import { describe, expect, it } from '@jest/globals';
import { Environment } from '@fusion-prime/kernel';
import { readComplianceConfig } from './compliance.config.js';

function read(vars: Record<string, string>): unknown {
  const env = new Environment(vars, () => '');
  const { unknownParty } = readComplianceConfig(env);
  const [problem] = env.problems;
  return problem === undefined ? unknownParty : `${problem.code} ${problem.var}`;
}

describe('what becomes of an unknown party', () => {
  it.each([
    ['is said', { COMPLIANCE_UNKNOWN_PARTY: 'HELD' }, 'HELD'],
    ['is said otherwise', { COMPLIANCE_UNKNOWN_PARTY: 'APPROVED' }, 'APPROVED'],
    ['has no default in production', {}, 'CFG_MISSING COMPLIANCE_UNKNOWN_PARTY'],
    ['is approval for developers', { NODE_ENV: 'development' }, 'APPROVED'],
    [
      'is never anything else',
      { COMPLIANCE_UNKNOWN_PARTY: 'REJECTED' },
      'CFG_CHOICE COMPLIANCE_UNKNOWN_PARTY',
    ],
    [
      'is not read loosely',
      { COMPLIANCE_UNKNOWN_PARTY: 'held' },
      'CFG_CHOICE COMPLIANCE_UNKNOWN_PARTY',
    ],
    ['is not empty', { COMPLIANCE_UNKNOWN_PARTY: '' }, 'CFG_CHOICE COMPLIANCE_UNKNOWN_PARTY'],
  ])('%s', (_what, vars, outcome) => {
    expect(read(vars as Record<string, string>)).toBe(outcome);
  });
});
