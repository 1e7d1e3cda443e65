import { describe, expect, it } from '@jest/globals';
import { exitCodeOf } from '../src/index.js';
import { auditTexts, found } from './audit-fixture.js';

const builder = 'gcr.io/google.com/cloudsdktool/cloud-sdk';

describe('a build of Cloud Build', () => {
  it('points at the gcloud of a service without its DATABASE_URL', () => {
    const report = auditTexts({
      'cloudbuild.yaml': [
        'steps:',
        `  - name: ${builder}`,
        '    entrypoint: gcloud',
        '    args: [run, deploy, settlement, --image=app]',
      ].join('\n'),
    });
    expect(found(report)).toContain('cloudbuild.yaml:3:17 FP-ENV-001');
    expect(exitCodeOf(report)).toBe(11);
  });

  it('is read as the shell reads it: loops, quotes, continuations and two dollars', () => {
    const report = auditTexts({
      'cloudbuild.yaml': [
        'steps:',
        `  - name: ${builder}`,
        '    entrypoint: bash',
        '    args:',
        '      - -c',
        '      - |',
        '        set -e',
        '        for s in compliance alert-notification; do',
        '          gcloud run deploy "$$s" \\',
        "            --image=app '--set-secrets=DATABASE_URL=alert:3'",
        '        done',
        '        gcloud run deploy settlement --image=app',
      ].join('\n'),
    });
    expect(found(report).filter((one) => one.endsWith('ENV-001'))).toEqual([
      'cloudbuild.yaml:12:9 FP-ENV-001',
    ]);
  });
});

describe('an audit of nothing', () => {
  it('is no audit without findings', () => {
    expect(exitCodeOf(auditTexts({}))).toBe(2);
    expect(exitCodeOf(auditTexts({ 'some.yaml': 'a: 1\n' }))).toBe(2);
  });
});
