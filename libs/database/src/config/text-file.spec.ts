import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTextFile } from './text-file.js';

const folder = mkdtempSync(join(tmpdir(), 'text-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('a file that a variable names', () => {
  it('is read, also through a link, as secrets are mounted', () => {
    const link = join(folder, 'link');
    symlinkSync(write('secret', 'hush'), link);
    expect(readTextFile(link)).toBe('hush');
  });

  it.each([
    [
      'a pipe, which would never end',
      () => {
        execFileSync('mkfifo', [join(folder, 'p')]);
        return 'p';
      },
    ],
    ['a folder', () => '.'],
    ['a file beyond 1 MiB', () => write('big', 'x'.repeat(1024 * 1024 + 1)) && 'big'],
    ['a file that is not there', () => 'nothing'],
  ])('is refused when it is %s', (_what, make) => {
    expect(() => readTextFile(join(folder, make()))).toThrow();
  });

  it('is refused when it is a device', () => {
    expect(() => readTextFile('/dev/zero')).toThrow('regular file');
  });
});
