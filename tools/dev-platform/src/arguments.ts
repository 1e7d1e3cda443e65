export type Verb = 'start' | 'db-up' | 'db-down' | 'db-reset';
const VERBS: readonly string[] = ['start', 'db-up', 'db-down', 'db-reset'];
const OPTIONS: readonly string[] = ['--reset', '--any-port'];

export interface Arguments {
  verb: Verb;
  /** Throws away every local database before the start. */
  reset: boolean;
  anyPort: boolean;
}

/** @throws {TypeError} naming the argument that nobody knows, and those that exist. */
export function readArguments([verb = 'start', ...options]: readonly string[]): Arguments {
  const unknown = VERBS.includes(verb) ? options.find((name) => !OPTIONS.includes(name)) : verb;
  if (unknown !== undefined) {
    throw new TypeError(
      `unknown argument ${unknown}: there are  npm start -- --reset  and  npm start -- --any-port`,
    );
  }
  return {
    verb: verb as Verb,
    reset: options.includes('--reset'),
    anyPort: options.includes('--any-port'),
  };
}
