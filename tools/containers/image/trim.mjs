// Run in the image's build, in a folder with the installed packages: removes what no program reads while
// it runs. What packages need is in their `.js`, `.cjs`, `.mjs`, `.json` and `.wasm` files; licences stay.
import { readdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';

const FILES = /\.(map|flow|md|markdown|tgz|d\.ts|d\.mts|d\.cts|ts|mts|cts|tsbuildinfo)$/i;
const LICENCE = /licen[cs]e|notice|copying/i;
const FOLDERS =
  /^(test|tests|__tests__|benchmark|benchmarks|bench|example|examples|\.github|\.tap)$/;

/** Whole folders that only bundlers and browsers read, each by the end of its path. */
const UNREAD = [
  'node_modules/@types',
  'node_modules/typeorm/browser',
  'node_modules/rxjs/src',
  'node_modules/rxjs/dist/bundles',
  'node_modules/rxjs/dist/esm',
  'node_modules/rxjs/dist/esm5',
  'node_modules/rxjs/dist/types',
  'node_modules/zod/src',
  'node_modules/dayjs/esm',
].map((path) => path.replaceAll('/', sep));

/** Of swagger-ui-dist the documentation page sends two files. */
const SWAGGER = new Set([
  'package.json',
  'LICENSE',
  'NOTICE',
  'swagger-ui.css',
  'swagger-ui-bundle.js',
]);

function trim(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (isUnread(folder, path, entry)) rmSync(path, { recursive: true });
    else if (entry.isDirectory()) trim(path);
  }
}

function isUnread(folder, path, entry) {
  if (folder.endsWith(`${sep}swagger-ui-dist`)) return !SWAGGER.has(entry.name);
  if (entry.isDirectory()) {
    return FOLDERS.test(entry.name) || UNREAD.some((end) => path.endsWith(`${sep}${end}`));
  }
  return FILES.test(entry.name) && !LICENCE.test(entry.name);
}

trim(process.cwd());
