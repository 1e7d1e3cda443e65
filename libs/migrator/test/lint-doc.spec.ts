import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { ruleTable } from '../src/lint/rules/rule-table.js';
import { RULES } from '../src/lint/lint.js';
import { HAZARDS } from './lint-rows-hazards.js';

const file = join(import.meta.dirname, '..', 'LINT.md');
const MARK = /(<!-- rules: [^\n]*-->\n)[\s\S]*$/;

describe('LINT.md', () => {
  it('lists every rule as the program has it', async () => {
    const text = readFileSync(file, 'utf8');
    const written = text.replace(MARK, (_, mark: string) => `${mark}\n${ruleTable()}\n`);
    const expected = await format(written, { parser: 'markdown' });
    if (process.env['UPDATE_LINT_DOC'] === '1') writeFileSync(file, expected);
    else expect(text).toBe(expected);
  });
});

describe('the rules', () => {
  // Met by tests of their own: folders, suppressions, classes, the shadow.
  const elsewhere = [
    'server-error',
    'measured-rewrite',
    'measured-scan',
    'measured-lock',
    'base-not-replayed',
    'class-not-rehearsed',
    'duplicate-number',
    'ignore-invalid',
    'ignore-unused',
  ];

  it('are each met by a row of the table', () => {
    const met = new Set(HAZARDS.flatMap(([expected]) => expected.split(', ')));
    const unmet = Object.keys(RULES).filter(
      (id) =>
        !elsewhere.includes(id) &&
        !['error', 'warning', 'info'].some((level) => met.has(`${level} ${id}`)),
    );
    expect(unmet).toEqual([]);
  });
});
