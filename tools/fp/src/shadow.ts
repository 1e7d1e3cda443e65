import { readDatabaseUrl, readTextFile } from '@fusion-prime/database/connection';
import { ConfigInvalid, Environment } from '@fusion-prime/kernel/environment';
import type { ShadowOptions } from '@fusion-prime/migrator';
import { say } from './output.js';
import { CommandRefused } from './refusal.js';

const VARIABLE = 'SHADOW_URL';
const EXIT_INTERRUPTED = 143;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Where a command tries things: the server that SHADOW_URL names, else an embedded one. From now on a signal
 * ends the program only when nothing of it is left.
 *
 * @param majorVersion of the live server, where it is known
 * @throws {CommandRefused} USAGE when SHADOW_URL cannot be read
 */
export function shadowOptions(majorVersion?: number): ShadowOptions {
  for (const signal of SIGNALS) process.once(signal, () => void endWithoutShadow());
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

/** The embedded server and the databases of SHADOW_URL would outlive this process. */
async function endWithoutShadow(): Promise<void> {
  say('interrupted: removing the shadow');
  const { removeShadows } = await import('@fusion-prime/migrator');
  await removeShadows();
  process.exit(EXIT_INTERRUPTED);
}
