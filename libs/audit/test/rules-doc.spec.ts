import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { RULES } from '../src/index.js';
import { ruleList } from '../src/rules/rule-list.js';

const file = join(import.meta.dirname, '..', 'RULES.md');
const MARK = /(<!-- rules: [^\n]*-->\n)[\s\S]*$/;

describe('RULES.md', () => {
  it('lists every rule as the program has it', async () => {
    const text = readFileSync(file, 'utf8');
    const written = text.replace(MARK, (_, mark: string) => `${mark}\n${ruleList()}\n`);
    const expected = await format(written, { parser: 'markdown' });
    if (process.env['UPDATE_RULES'] === '1') writeFileSync(file, expected);
    else expect(text).toBe(expected);
  });

  it('has a row for each, whatever its group', () => {
    const rows = ruleList().match(/^\| `FP-/gm) ?? [];
    expect(rows).toHaveLength(Object.keys(RULES).length);
  });
});
