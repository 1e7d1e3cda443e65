import { describe, expect, it } from '@jest/globals';
import { audit, exitCodeOf } from '../src/index.js';
import { repositoryContext, repositoryFiles } from './repository-files.js';

// Some forty seconds; FP_AUDIT_FUZZ tries more or fewer.
const TRIES = Number(process.env['FP_AUDIT_FUZZ'] ?? 10_000);
const SEED = 20_261_120;

/** mulberry32: the same numbers on every machine. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

// What grammars trip over: YAML's, the shell's, gcloud's and compose's.
const PIECES = [
  '\t',
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '&a ',
  '*a',
  '<<: *a',
  '|',
  '>',
  '"',
  "'",
  '#',
  '---\n',
  '...\n',
  '!!set ',
  '? ',
  '$',
  '$$',
  '${',
  '}',
  '${X:-',
  '$(',
  '`',
  '\\\n',
  '<<EOF\n',
  ';;',
  '&&',
  '||',
  'for a in b; do ',
  'done',
  'if ',
  '() {',
  '^;^',
  '=',
  ',',
  '--set-env-vars',
  '\u0000',
  '\uFEFF',
  '\uE000',
  '\u2028',
  '\r\n',
  '🦊',
  '\uD800',
  'null',
  '0x',
  '1e999',
];

function mutated(text: string, next: () => number): string {
  const at = (length: number): number => Math.floor(next() * (length + 1));
  let result = text;
  for (let left = 1 + at(3); left > 0; left -= 1) {
    const from = at(result.length);
    const to = Math.min(result.length, from + at(40));
    const piece = PIECES[at(PIECES.length - 1)] ?? '';
    const kind = at(4);
    if (kind === 0) result = result.slice(0, from) + result.slice(to);
    else if (kind === 1) result = result.slice(0, from) + piece + result.slice(from);
    else if (kind === 2)
      result =
        result.slice(0, from) + result.slice(from, to).repeat(1 + at(3)) + result.slice(from);
    else if (kind === 3) result = result.slice(0, from) + piece + result.slice(to);
    else result = result.slice(0, from);
  }
  return result;
}

describe('whatever a file holds', () => {
  const context = repositoryContext();
  const files = repositoryFiles().filter(({ path }) => !/package(-lock)?\.json$/.test(path));

  it('the audit ends, and says what it found', () => {
    const next = numbers(SEED);
    const odd: string[] = [];
    for (let round = 0; round < TRIES; round += 1) {
      const file = files[round % files.length];
      if (file === undefined) break;
      const report = audit([{ ...file, text: mutated(file.text, next), named: true }], context);
      const places = [...report.findings, ...report.unreadable].map(({ place }) => place);
      const nowhere = places.some(({ line, column }) => !(line > 0 && column > 0));
      if (nowhere || ![0, 2, 11].includes(exitCodeOf(report)))
        odd.push(`${file.path}, round ${round}`);
    }
    expect(odd).toEqual([]);
  }, 600_000);

  it.each([
    [
      'a billion laughs',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map((key, index) => `${key}: &${key} [${`*${'abcdefghij'[index]},`.repeat(9)}]`)
        .join('\n')}\nservices: {a: {image: *j}}\n`,
    ],
    ['an alias of itself', 'services: &s\n  a: {image: b, x: *s}\n'],
    ['ten thousand levels', `services: ${'['.repeat(10_000)}\n`],
    ['a megabyte', `services:\n${'  a: {image: b}\n'.repeat(70_000)}`],
    [
      'a variable that doubles itself',
      `steps:\n  - name: bash\n    script: |\n      X=ab\n${'      X="$X$X"\n'.repeat(60)}      gcloud run deploy "$X"\n`,
    ],
    [
      'loops in loops',
      `steps:\n  - name: bash\n    script: |\n${Array.from({ length: 12 }, (_, i) => `      for v${i} in a b c d e f g h; do\n`).join('')}      gcloud run deploy x\n${'      done\n'.repeat(12)}`,
    ],
    [
      'a function that calls itself',
      'steps:\n  - name: bash\n    script: |\n      f() { f; f; f; gcloud run deploy x; }\n      f\n',
    ],
  ])('survives %s', (what, text) => {
    const report = audit([{ path: 'compose.yaml', text, named: true }], context);
    // Whoever refers to himself says two things; the others say nothing that can be read.
    expect(exitCodeOf(report)).toBe(what === 'an alias of itself' ? 11 : 2);
  });
});
