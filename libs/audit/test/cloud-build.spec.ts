import { describe, expect, it } from '@jest/globals';
import { audit, exitCodeOf } from '../src/index.js';
import { auditTexts, found, noContext } from './audit-fixture.js';

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

describe('an instance that is half a substitution', () => {
  const attached = (name: string): string[] => {
    const args = `[run, deploy, alert, --image=app:1, "--set-cloudsql-instances=${name}"]`;
    const step = `steps:\n  - name: ${builder}\n    entrypoint: gcloud\n    args: ${args}\n`;
    return found(auditTexts({ 'cloudbuild.yaml': step })).filter((one) => /SQL-00[34]/.test(one));
  };

  it('is judged by the half that is known', () => {
    expect(attached('$PROJECT_ID:us-central1-a:alert')).toHaveLength(1);
    expect(attached('$PROJECT_ID:us-central1:alert')).toEqual([]);
    expect(attached('$PROJECT_ID:$LOCATION:alert')).toEqual([]);
    expect(attached('$_INSTANCE')).toEqual([]);
  });
});

describe('an audit of nothing', () => {
  it('is no audit without findings', () => {
    expect(exitCodeOf(auditTexts({}))).toBe(2);
    expect(exitCodeOf(auditTexts({ 'some.yaml': 'a: 1\n' }))).toBe(2);
    const text = '{ "name": "app", "dependencies": {} }';
    const folder = audit([{ path: 'package.json', text, named: false }], noContext);
    expect({ files: folder.files, exitCode: exitCodeOf(folder) }).toEqual({
      files: [],
      exitCode: 2,
    });
    expect(exitCodeOf(auditTexts({ 'package.json': text }))).toBe(0);
  });
});
