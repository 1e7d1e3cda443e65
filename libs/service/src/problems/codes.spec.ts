import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const source = join(import.meta.dirname, '..');
const sources = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => readFileSync(join(source, file), 'utf8'));
const readme = readFileSync(join(source, '..', 'README.md'), 'utf8');

const PROBLEM_CODE =
  /\bcode: '([a-z0-9-]+)'|malformed\('([a-z0-9-]+)'|^\s+\d{3}: '([a-z-]+)'|'([a-z]+(?:-[a-z]+)+): (?=\w+ \w+)/gm;
const CONFIG_CODE = /'((?:CFG|AUTH)_[A-Z_]+)',\n?\s*'?/g;

describe('every code that an answer or a configuration problem can carry', () => {
  it('is in the README', () => {
    const codes = sources.flatMap((text) =>
      [...text.matchAll(PROBLEM_CODE)].map((match) => match.slice(1).find(Boolean)!),
    );
    expect(codes.length).toBeGreaterThan(40);
    expect([...new Set(codes)].filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });

  it('is in the README when it is about a variable', () => {
    const codes = sources.flatMap((text) =>
      [...text.matchAll(CONFIG_CODE)].map((match) => match[1]!),
    );
    expect(codes.length).toBeGreaterThanOrEqual(10);
    expect([...new Set(codes)].filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });
});
