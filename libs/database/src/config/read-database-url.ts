import type { Environment } from '@fusion-prime/kernel';
import type { Audience, DatabaseTarget } from '../target.js';
import { parseDatabaseUrl } from './database-url.js';
import { URL_FORM } from './not-a-url.js';

export interface ReadDatabaseUrlOptions {
  /** Default `DATABASE_URL`; `<variable>_FILE` names a file that holds the URL instead. */
  variable?: string;
  audience: Audience;
  allowLoopback?: boolean;
  acceptSqlalchemy?: boolean;
}

/**
 * Reads `NAME` or `NAME_FILE` (never both) and adds what is wrong to the environment's problems.
 * From a file, the target's password is read again for every new connection, so it may rotate.
 */
export function readDatabaseUrl(
  env: Environment,
  options: ReadDatabaseUrlOptions,
): DatabaseTarget | undefined {
  const { variable = 'DATABASE_URL', allowLoopback = false, ...rest } = options;
  const source = readSource(env, variable);
  if (source === undefined) return undefined;
  const rules = { ...rest, allowLoopback, variable: source.variable };
  const { target, problems, warnings } = parseDatabaseUrl(source.text, rules);
  env.problems.push(...problems);
  env.warnings.push(...warnings);
  if (target === undefined || !certificateIsReadable(env, target, source.variable))
    return undefined;
  if (source.path === undefined) return target;

  const { path } = source;
  return {
    ...target,
    password: () => {
      const again = parseDatabaseUrl(env.readFile(path), rules).target;
      // A file caught half-written: this connection fails, the next one reads it whole.
      if (again === undefined) throw new Error(`${source.variable} does not hold a valid URL now`);
      return again.password();
    },
  };
}

interface Source {
  variable: string;
  text: string | undefined;
  path?: string;
}

function readSource(env: Environment, variable: string): Source | undefined {
  const fileVariable = `${variable}_FILE`;
  const traits = { secret: true, oneOf: [variable, fileVariable] };
  const text = env.raw(variable, traits);
  const path = env.raw(fileVariable, { ...traits, form: 'file' });
  if (text !== undefined && path !== undefined) {
    env.problem(
      'DBCFG_BOTH_SET',
      variable,
      `is set, and ${fileVariable} too`,
      'set one of the two',
    );
    return undefined;
  }
  if (path === undefined) return { variable, text };
  if (path.trim() === '') {
    env.problem(
      'DBCFG_EMPTY',
      fileVariable,
      'is set but empty',
      'the path of a file that holds the URL',
    );
    return undefined;
  }
  try {
    return { variable: fileVariable, text: env.readFile(path), path };
  } catch {
    env.problem(
      'DBCFG_FILE_UNREADABLE',
      fileVariable,
      'names a file that cannot be read',
      URL_FORM,
    );
    return undefined;
  }
}

function certificateIsReadable(
  env: Environment,
  target: DatabaseTarget,
  variable: string,
): boolean {
  if (target.sslrootcert === undefined) return true;
  try {
    if (env.readFile(target.sslrootcert).includes('-----BEGIN CERTIFICATE-----')) return true;
  } catch {
    // Reported below like a file of another kind: for the operator it is the same mistake.
  }
  env.problem(
    'DBCFG_SSLROOTCERT',
    variable,
    'sslrootcert is not a readable PEM file',
    'the path of a PEM file',
  );
  return false;
}
