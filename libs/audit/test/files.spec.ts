import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findFiles } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'fp-audit-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), 'a: b\n');
  }
}

describe('the files of an audit', () => {
  it('are those that may deploy something, and not those of tests', () => {
    write(
      'a.yaml',
      'cloudbuild.json',
      'other.json',
      'test/b.yaml',
      'overlays/test/c.yaml',
      'd.txt',
    );
    symlinkSync(folder, join(folder, 'round'));
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    expect(findFiles(['.'], folder).map(({ path }) => path)).toEqual([
      'a.yaml',
      'cloudbuild.json',
      'overlays/test/c.yaml',
    ]);
  });

  it('have an end: a pipe is refused', () => {
    expect(() => findFiles(['pipe.yaml'], folder)).toThrow('pipe.yaml is no file');
  });
});
