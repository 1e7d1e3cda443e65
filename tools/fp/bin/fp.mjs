#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';

// pg finds out where it runs by `navigator`, which Node has since 21, or else by loading all of fetch.
globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node.split('.')[0]}` };

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  // Node 22 and later keep the compiled code: the second start is the faster one.
  module.enableCompileCache?.();
  await import(program.href);
} else {
  process.stderr.write('fp is not compiled yet: run  npm ci && npm run build\n');
  process.exitCode = 2;
}
