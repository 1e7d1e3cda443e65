#!/usr/bin/env node
import module from 'node:module';

// Node 22 and later keep the compiled code: the second start is the faster one.
module.enableCompileCache?.();
await import('../dist/main.js');
