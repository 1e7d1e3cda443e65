import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const lib = join(import.meta.dirname, '..', 'dist', 'index.js');
// All of them together take some seconds; without one of the bounds that one takes minutes, or the whole memory.
const PATIENCE_MS = 120_000;

const step = (script: string): string =>
  `steps:\n  - name: bash\n    script: |\n${script.replace(/^/gm, '      ')}\n`;
const loops = (depth: number, items: string): string =>
  `${Array.from({ length: depth }, (_, i) => `for v${i} in ${items}; do\n`).join('')}X=1\n${'done\n'.repeat(depth)}`;
const deploy = (flag: string): string =>
  `steps:\n  - name: gcloud\n    args: [run, deploy, settlement, "${flag}"]\n`;
const pods = (text: string): Record<string, string> => ({
  'k/kustomization.yaml': text,
  'k/pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: ${'a'.repeat(200)}}\n`,
});
const levels = (
  name: (level: number) => string,
  text: (level: number) => string,
): Record<string, string> =>
  Object.fromEntries(Array.from({ length: 9 }, (_, i) => [name(i), text(i)] as const));

/** What somebody could write who wants whoever audits to wait, or to fall over. */
const HOSTILE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'an open brace in a Dockerfile': { Dockerfile: `FROM a:1\nENV A="\${${'a'.repeat(200_000)}"\n` },
  'many open braces in a Dockerfile': { Dockerfile: `FROM a:1\nENV A="${'${a'.repeat(60_000)}"\n` },
  'an expression of blanks': {
    '.github/workflows/a.yml': `jobs: {a: {steps: [{run: "\${{${' '.repeat(20_000)}"}]}}\n`,
  },
  'a scheme without an end': {
    'cloudbuild.yaml': deploy(`--set-env-vars=DB=postgres+${'a'.repeat(200_000)}`),
  },
  'forty targets of nx': {
    'cloudbuild.yaml': `steps: [{name: npx, args: [nx, -t, "${'a,'.repeat(40)}b"]}]\n`,
  },
  'a pattern of stars': pods(
    `resources: [pod.yaml]\npatches: [{target: {name: "${'.*'.repeat(40)}x"}, patch: "[]"}]\n`,
  ),
  'a pattern of question marks': pods(
    `resources: [pod.yaml]\npatches: [{target: {name: "${'a?'.repeat(30)}${'a'.repeat(30)}x"}, patch: "[]"}]\n`,
  ),
  'a substitution of substitutions': {
    'cloudbuild.yaml': `substitutions:\n  _A: ${'$_B'.repeat(60_000)}\n  _B: ${'x'.repeat(200_000)}\nsteps: [{name: gcloud, args: [run, deploy, $_A]}]\n`,
  },
  'a word of a long variable': {
    'cloudbuild.yaml': step(
      `X=aaaaaaaaaaaaaaaa\n${'X="$X$X"\n'.repeat(12)}x "${'$X'.repeat(100_000)}"`,
    ),
  },
  'an array that doubles itself': {
    'cloudbuild.yaml': step(
      `A=(a)\n${'A=("${A[@]}" "${A[@]}")\n'.repeat(40)}gcloud run deploy "\${A[@]}"`,
    ),
  },
  'loops that only assign': { 'cloudbuild.yaml': step(loops(9, 'a b c d e f g h')) },
  'loops over a thousand': { 'cloudbuild.yaml': step(loops(4, 'a '.repeat(1_000))) },
  'functions that call four times': {
    'cloudbuild.yaml': step(
      `${Array.from({ length: 15 }, (_, i) => `f${i}() { f${i + 1}; f${i + 1}; f${i + 1}; f${i + 1}; }\n`).join('')}f0`,
    ),
  },
  'thirty thousand conditions': {
    'cloudbuild.yaml': step(`true ${'&& true '.repeat(30_000)}`),
  },
  'sixty thousand keys': {
    'cloudbuild.yaml': `steps: [{name: a}]\n${Array.from({ length: 60_000 }, (_, i) => `k${i}:\n`).join('')}`,
  },
  'ten thousand anchors': {
    'cloudbuild.yaml': `steps: [{name: a}]\na:\n${Array.from({ length: 10_000 }, (_, i) => `  - &k${i} a\n  - *k${i}\n`).join('')}`,
  },
  'thirty thousand steps': { 'cloudbuild.yaml': `steps:\n${'- {name: a}\n'.repeat(33_000)}` },
  'jobs in the wrong order': {
    '.github/workflows/a.yml': `jobs:\n${Array.from({ length: 6_000 }, (_, i) => `  j${i}: {needs: j${i + 1}, steps: [{run: a}]}\n`).join('')}`,
  },
  'four thousand migrations': {
    'compose.yaml': `services:\n${Array.from({ length: 4_000 }, (_, i) => `  s${i}: {image: "postgres:16", command: fp migrate up}\n`).join('')}`,
  },
  'two thousand pods': {
    'pods.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: settlement}\nspec: {containers: [{image: "a:1"}]}\n---\n'.repeat(
        2_000,
      ),
  },
  'a variable of a variable of a variable': {
    'pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: settlement}\nspec: {containers: [{image: "a:1", env: [{name: A, value: xxxxxxxxxxxxxxxx}${', {name: A, value: "$(A)$(A)"}'.repeat(60)}]}]}\n`,
  },
  'fifty thousand packages': {
    'package.json': JSON.stringify({
      dependencies: Object.fromEntries(
        Array.from({ length: 50_000 }, (_, i) => [`@libsql/${i}`, '1']),
      ),
    }),
  },
  'includes of includes': levels(
    (level) => (level === 0 ? 'compose.yaml' : `c${level}/compose.yaml`),
    (level) =>
      `include: [${Array(8)
        .fill(`${level === 0 ? '' : '../'}c${level + 1}/compose.yaml`)
        .join(', ')}]\nservices: {s: {image: a}}\n`,
  ),
  'bases of bases': levels(
    (level) => `k${level}/kustomization.yaml`,
    (level) =>
      level < 8
        ? `resources: [${Array(8)
            .fill(`../k${level + 1}`)
            .join(', ')}]\n`
        : 'resources: []\n',
  ),
  'lists in lists': {
    'compose.yaml': `services: {a: {image: b, x: ${'['.repeat(1_500)}${']'.repeat(1_500)}}}\n`,
  },
};

/** In a process of its own: what hangs can be ended, and what takes all memory takes its own. */
const AUDIT = `
  import { readFileSync } from 'node:fs';
  import { audit, exitCodeOf } from ${JSON.stringify(lib)};
  const fleet = [{ name: 'settlement', database: 'settlement_db', urlVariable: 'A', migrateUrlVariable: 'B' }];
  for (const [name, texts] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
    const files = Object.entries(texts).map(([path, text]) => ({ path, text, named: true }));
    process.stdout.write(name + '\\n');
    exitCodeOf(audit(files, { fleet, manifest: null, facts: [], today: '2026-11-20' }));
  }
  process.stdout.write('all');
`;

describe('whoever wants the audit to wait', () => {
  it(
    'does not succeed',
    () => {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['--max-old-space-size=1500', '--input-type=module', '-e', AUDIT],
        { input: JSON.stringify(HOSTILE), encoding: 'utf8', timeout: PATIENCE_MS },
      );
      // The last name is the one that it did not get over.
      expect([stdout.split('\n').at(-1), stderr]).toEqual(['all', '']);
      expect(stdout.split('\n')).toHaveLength(Object.keys(HOSTILE).length + 1);
    },
    PATIENCE_MS + 10_000,
  );
});
