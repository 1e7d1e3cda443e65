import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceToken, ServiceTokenUnreadable } from './service-token.js';

function aFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'service-token-')), 'token');
  writeFileSync(file, text);
  return file;
}

describe('the token of a service', () => {
  it('is what the file holds, and follows it when it is renewed', () => {
    const file = aFile('first\n');
    let now = 0;
    const token = new ServiceToken(file, () => now);
    expect(token.current()).toBe('first');
    writeFileSync(file, 'second');
    now = 4_999;
    expect(token.current()).toBe('first');
    now = 5_000;
    expect(token.current()).toBe('second');
  });

  it.each([
    ['no file is named', undefined],
    ['the file is empty', aFile(' \n')],
    ['the file is missing', '/nowhere/token'],
  ])('is refused when %s', (_what, file) => {
    expect(() => new ServiceToken(file).current()).toThrow(ServiceTokenUnreadable);
  });

  it('is read again at once after it could not be read', () => {
    const file = aFile('token');
    rmSync(file);
    const token = new ServiceToken(file, () => 0);
    expect(() => token.current()).toThrow(ServiceTokenUnreadable);
    writeFileSync(file, 'back');
    expect(token.current()).toBe('back');
  });
});
