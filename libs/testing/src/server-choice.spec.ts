import { describe, expect, it } from '@jest/globals';
import { serverChoice } from './server-choice.js';

describe('the server of a test run', () => {
  it.each([
    [{}, { kind: 'embedded', majorVersion: 18 }],
    [{ FP_TEST_POSTGRES: '15' }, { kind: 'embedded', majorVersion: 15 }],
    [{ FP_TEST_POSTGRES: '18' }, { kind: 'embedded', majorVersion: 18 }],
    [{ FP_TEST_POSTGRES: 'docker' }, { kind: 'container', image: 'postgres:18-bookworm' }],
    [
      { FP_TEST_POSTGRES: 'docker', FP_TEST_POSTGRES_IMAGE: 'postgres:16' },
      { kind: 'container', image: 'postgres:16' },
    ],
  ])('with %j is %j', (vars, choice) => {
    expect(serverChoice(vars)).toEqual(choice);
  });

  it.each(['', '14', '19', 'podman', '18.4', 'Docker'])('is refused as %j', (FP_TEST_POSTGRES) => {
    const told = /FP_TEST_POSTGRES=.*: 15, 16, 17, 18 \(embedded\) or docker/;
    expect(() => serverChoice({ FP_TEST_POSTGRES })).toThrow(told);
  });

  it('is not of an image where no container was asked for', () => {
    const vars = { FP_TEST_POSTGRES_IMAGE: 'postgres:16' };
    expect(() => serverChoice(vars)).toThrow(/is for FP_TEST_POSTGRES=docker/);
    expect(() => serverChoice({ ...vars, FP_TEST_POSTGRES: '16' })).toThrow(/which is not set/);
  });
});
