import type { Variables } from './read-configuration.js';

/** The process's variables: the only place of this package that looks at them. */
export function processVariables(): Variables {
  return process.env;
}
