import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { read, repositoryFiles } from './repository.js';

const files = repositoryFiles();
const folders = files
  .filter((file) => /^migrations\/[^/]+\/migrations\.lock$/.test(file))
  .map((file) => file.split('/')[1] ?? '');

describe('the migrations', () => {
  it('has a lock file for each of the five services', () => {
    expect(folders.sort()).toEqual([
      'alert',
      'compliance',
      'price-oracle',
      'risk-engine',
      'settlement',
    ]);
  });

  it.each(folders)('of %s are what their lock file says, in its order', (folder) => {
    const sources = files
      .filter((file) => new RegExp(`^migrations/${folder}/src/\\d{13}-[a-z0-9-]+\\.ts$`).test(file))
      .sort();
    const expected = sources.map((file) => {
      const [, number, name] = /^(\d{13})-(.+)\.ts$/.exec(basename(file)) ?? [];
      const text = read(file).replace(/\r\n/g, '\n');
      return `${number} ${name} ${createHash('sha256').update(text).digest('hex')}`;
    });
    const locked = read(`migrations/${folder}/migrations.lock`)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(locked).toEqual(expected);
  });

  it('import nothing but types', () => {
    const guilty = files
      .filter((file) => /^migrations\/[^/]+\/src\/\d{13}-/.test(file))
      .filter((file) => /^import (?!type )/m.test(read(file)));
    expect(guilty).toEqual([]);
  });
});
