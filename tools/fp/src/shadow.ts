import { readDatabaseUrl, readTextFile } from '@fusion-prime/database/connection';
import { ConfigInvalid, Environment } from '@fusion-prime/kernel/environment';
import type { ShadowOptions } from '@fusion-prime/migrator';
import { CommandRefused } from './refusal.js';

const VARIABLE = 'SHADOW_URL';

/**
 * Where a command tries things: the server that SHADOW_URL names, else an embedded one.
 *
 * @param majorVersion of the live server, where it is known
 * @throws {CommandRefused} USAGE when SHADOW_URL cannot be read
 */
export function shadowOptions(majorVersion?: number): ShadowOptions {
  if (process.env[VARIABLE] === undefined && process.env[`${VARIABLE}_FILE`] === undefined) {
    return { majorVersion };
  }
  const env = new Environment(process.env, readTextFile);
  const url = readDatabaseUrl(env, { variable: VARIABLE, audience: 'tool', allowLoopback: true });
  try {
    env.finish();
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    throw new CommandRefused('USAGE', error.message);
  }
  return { majorVersion, url };
}
