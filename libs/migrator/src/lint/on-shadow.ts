import { closeSession, openSession } from '../run/session.js';
import type { Shadow } from '../shadow/shadow.js';
import type { LintedFile } from './lint-run.js';
import { overlaid } from './overlay.js';
import type { LintSource } from './read-folder.js';
import { tryOut } from './trial.js';

interface OnShadow {
  base: readonly LintSource[];
  byRule: readonly LintedFile[];
  target: number;
}

/** Runs everything in a database of its own and lays what was measured over what the rules said. */
export async function onShadow(
  shadow: Shadow,
  { base, byRule, target }: OnShadow,
): Promise<LintedFile[]> {
  const database = await shadow.createDatabase('lint');
  const client = await openSession(database.owner, 'the shadow');
  const admin = await openSession(database.admin, 'the shadow');
  try {
    const { throwaway } = shadow;
    const trial = await tryOut(base, byRule, { client, admin, throwaway });
    return overlaid(byRule, trial, target);
  } finally {
    await closeSession(client);
    await closeSession(admin);
    if (!shadow.throwaway) await database.drop();
  }
}
