import { Environment, type VariableNote } from '@fusion-prime/kernel';
import type { ServiceDefinition } from '../start/service-definition.js';
import { readEverything } from './read-configuration.js';

/** One variable of a service, by the account of the code that reads it. */
export interface VariableDescription extends VariableNote {
  /** In production, that is with anything but NODE_ENV=development or test. */
  readonly required: boolean;
}

/**
 * Every variable that a service reads: it is made to read an empty environment, which is a production one.
 * Whatever it then complains of is required, and so are the others of its group: one of them must be set.
 *
 * @example
 * describeVariables(settlement).filter(({ required }) => required).map(({ name }) => name);
 */
export function describeVariables<C>(
  definition: Pick<ServiceDefinition<C>, 'name' | 'defaultPort' | 'readConfig'>,
): readonly VariableDescription[] {
  const env = new Environment({}, () => {
    throw new Error('nothing names a file here');
  });
  readEverything(env, definition);
  const missing = new Set(env.problems.map((problem) => problem.var));
  return env.notes.map((note) => ({
    ...note,
    required: (note.oneOf ?? [note.name]).some((name) => missing.has(name)),
  }));
}
