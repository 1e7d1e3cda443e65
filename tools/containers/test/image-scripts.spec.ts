import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const scripts = join(import.meta.dirname, '..', 'image');
const parent = mkdtempSync(join(tmpdir(), 'fp-image-'));
afterAll(() => rmSync(parent, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(parent, 'app-'));
});

function write(...files: string[]): void {
  for (const file of files) put(file, '');
}

function put(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function runScript(name: string): void {
  const { status, stderr } = spawnSync(process.execPath, [join(scripts, name)], { cwd: folder });
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
}

const left = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe('what the image is trimmed of', () => {
  it('is what no program reads while it runs', () => {
    const kept = [
      'apps/one/dist/main.js',
      'migrations/one/migrations.lock',
      'node_modules/a/LICENSE.md',
      'node_modules/a/index.cjs',
      'node_modules/a/lib/parser.wasm',
      'node_modules/a/package.json',
      'node_modules/rxjs/dist/cjs/index.js',
      'node_modules/swagger-ui-dist/swagger-ui.css',
      'node_modules/typeorm/index.mjs',
    ];
    write(...kept);
    write(
      'apps/one/dist/main.d.ts',
      'apps/one/dist/main.js.map',
      'apps/one/dist/.tsbuildinfo',
      'node_modules/@types/node/index.json',
      'node_modules/a/README.md',
      'node_modules/a/index.d.cts',
      'node_modules/a/test/a.js',
      'node_modules/b/node_modules/a/benchmark/a.js',
      'node_modules/rxjs/dist/esm5/index.js',
      'node_modules/swagger-ui-dist/swagger-ui-es-bundle.js',
      'node_modules/typeorm/browser/index.js',
    );
    runScript('trim.mjs');
    expect(left()).toEqual(kept.sort());
  });
});

describe('the manifests of the image', () => {
  it('forget what developers need, in the lock file too, and nothing else', () => {
    const manifest = {
      name: 'one',
      dependencies: { pg: '^8.0.0' },
      devDependencies: { jest: '^30.0.0' },
    };
    put('apps/one/package.json', JSON.stringify(manifest));
    const packages = {
      '': { devDependencies: { nx: '1.0.0' } },
      'apps/one': manifest,
      'node_modules/pg': { version: '8.0.0', devDependencies: { x: '1' } },
    };
    put('package-lock.json', JSON.stringify({ packages }));
    runScript('production-manifests.mjs');
    const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const one = { name: 'one', dependencies: { pg: '^8.0.0' } };
    expect(read('apps/one/package.json')).toEqual(one);
    expect(read('package-lock.json')).toEqual({ packages: { ...packages, 'apps/one': one } });
  });
});
