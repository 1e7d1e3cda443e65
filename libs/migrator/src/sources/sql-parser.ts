import v8 from 'node:v8';

type Parser = typeof import('libpg-query');

let loading: Promise<Parser> | undefined;

/**
 * PostgreSQL's own grammar, compiled to WebAssembly: 1.7 MB, loaded for those alone who have SQL to read.
 * The quick compiler is enough: optimising that much code took 200 ms of a processor for a few files of
 * which each is parsed in a millisecond.
 */
export function sqlParser(): Promise<Parser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Parser> {
  v8.setFlagsFromString('--liftoff-only');
  return import('libpg-query');
}
