import v8 from 'node:v8';

type Parser = typeof import('libpg-query');

let loading: Promise<Parser> | undefined;

// What --liftoff-only stands for, said one by one: a flag that is set while the program runs takes no
// other with it, and Node 24 went on optimising.
const QUICK_COMPILER = ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];

/**
 * PostgreSQL's own grammar, compiled to WebAssembly: 1.7 MB, loaded for those alone who have SQL to read.
 * The quick compiler is enough: optimising that much code took 200 ms of a processor, and half a gigabyte,
 * for a few files of which each is parsed in a millisecond.
 */
export function sqlParser(): Promise<Parser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parser> {
  for (const flag of QUICK_COMPILER) v8.setFlagsFromString(flag);
  return import('libpg-query');
}
