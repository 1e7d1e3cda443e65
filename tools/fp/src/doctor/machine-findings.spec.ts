import { describe, expect, it } from '@jest/globals';
import { machineFindings, nodeFinding } from './machine-findings.js';

describe('the machine', () => {
  it.each([
    ['18.20.0', false],
    ['20.18.9', false],
    ['20.19.0', true],
    ['22.0.0', true],
    ['24.1.0', true],
  ])('with Node %s: %s', (version, ok) => {
    expect(nodeFinding(version)).toMatchObject({ ok, mend: ok ? null : expect.any(String) });
  });

  it('that runs this has all that it needs', () => {
    expect(machineFindings().map(({ code }) => code)).toEqual(['NODE_VERSION', 'DISK_FREE']);
  });
});
