import { parseArgs } from 'node:util';

export type Verb = 'start' | 'db-up' | 'db-down' | 'db-reset';
const VERBS: readonly string[] = ['start', 'db-up', 'db-down', 'db-reset'];

export interface Arguments {
  verb: Verb;
  /** Throws away every local database before the start. */
  reset: boolean;
  anyPort: boolean;
}

/** @throws {TypeError} naming the argument that nobody knows. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      reset: { type: 'boolean', default: false },
      'any-port': { type: 'boolean', default: false },
    },
  });
  const [verb = 'start', ...rest] = positionals;
  if (!VERBS.includes(verb) || rest.length > 0) {
    throw new TypeError(`unknown argument ${[verb, ...rest].join(' ')}`);
  }
  return { verb: verb as Verb, reset: values.reset, anyPort: values['any-port'] };
}
