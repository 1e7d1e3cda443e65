import { showTarget } from '@fusion-prime/database/connection';
import type { Context } from './context.js';
import { say } from './output.js';

/** Says first where a command is about to look or to change something; never a password. */
export function sayTargets({ databases }: Pick<Context, 'databases'>): void {
  for (const { name, url, migrateUrl, migrateUrlVariable } of databases) {
    const target = migrateUrl ?? url;
    say(
      `${name}: ${target === undefined ? `${migrateUrlVariable} is not set` : showTarget(target)}`,
    );
  }
}
