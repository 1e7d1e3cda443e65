import {
  audienceOf,
  type DatabaseTarget,
  parseDatabaseUrl,
  readDatabaseUrl,
  readTextFile,
} from '@fusion-prime/database/connection';
import { ConfigInvalid, Environment } from '@fusion-prime/kernel/environment';
import type { Context } from './context.js';
import { CommandRefused } from './refusal.js';

export interface AdminUrlOptions {
  /** The variable that holds the administrator's URL. */
  adminUrlVariable: string;
}

/**
 * The administrator of the server: as the variable says, else that of the local platform.
 *
 * @throws {CommandRefused} NO_ADMIN_URL
 */
export function adminTarget(options: AdminUrlOptions, context: Context): DatabaseTarget {
  const target = adminTargetIfSet(options, context);
  if (target !== undefined) return target;
  throw new CommandRefused(
    'NO_ADMIN_URL',
    `${options.adminUrlVariable} is not set: it holds the URL of a role that may create roles and databases, e.g. postgresql://postgres:PASSWORD@HOST:5432/postgres`,
  );
}

/** As {@link adminTarget}; undefined where nobody named one. */
export function adminTargetIfSet(
  { adminUrlVariable: variable }: AdminUrlOptions,
  { adminUrl }: Context,
): DatabaseTarget | undefined {
  const env = new Environment(process.env, readTextFile);
  const audience = audienceOf(env.raw('NODE_ENV'), 'tool');
  const rules = { audience, allowLoopback: true, variable };
  if (env.raw(variable) === undefined && env.raw(`${variable}_FILE`) === undefined) {
    if (adminUrl === undefined) return undefined;
    const { target, problems } = parseDatabaseUrl(adminUrl, rules);
    if (target === undefined) throw new ConfigInvalid(problems);
    return target;
  }
  const target = readDatabaseUrl(env, rules);
  if (target !== undefined) return target;
  const problems = env.problems.map(({ code, reason }) => `${variable}: ${code} ${reason}`);
  throw new CommandRefused('NO_ADMIN_URL', problems.join('\n'));
}
