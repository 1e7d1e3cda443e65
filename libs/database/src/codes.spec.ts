import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = import.meta.dirname;
const CODE =
  /'((?:DBCFG|DB|MIGRATIONS?|TABLE|COLUMN|CONSTRAINT|INDEX|GRANT|POOL|STORAGE)_[A-Z_]+)'/g;
const readme = readFileSync(join(SOURCE, '..', 'README.md'), 'utf8');

const codes = new Set(
  readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .flatMap((file) => [...readFileSync(join(SOURCE, file), 'utf8').matchAll(CODE)])
    .map((match) => match[1] ?? ''),
);

describe('the codes of this library', () => {
  it('are found in its source', () => {
    expect(codes.size).toBeGreaterThan(50);
  });

  it.each([...codes])('%s is documented', (code) => {
    expect(readme).toContain(`\`${code}\``);
  });
});
