import type { Attempt } from './attempt.js';
import { findIndex } from './index-catalogue.js';
import type { CreateIndex, IndexStatement } from './index-statement.js';
import type { LockedDatabase } from './record.js';
import { dropSql } from './settle-index.js';

/** What a migration outside a transaction left behind when it failed. */
export interface LeftBehind {
  /** True when nothing is left, so the migration may simply be run again, or be edited. */
  clean: boolean;
  /** For people. */
  text: string;
}

// The drop waits for transactions that use the table, and blocks nobody. Whoever was told to stop has less
// time: an orchestrator kills ten seconds after SIGTERM.
const DROP_TIMEOUT = '30s';
const DROP_TIMEOUT_INTERRUPTED = '4s';
const ALREADY_THERE = '42P07';

interface Failure {
  sqlstate: string | undefined;
  interrupted: boolean;
}

/** Looks at what a failed statement left, and removes an INVALID index that it began. Never throws. */
export async function leftBehind(
  database: LockedDatabase,
  attempt: Attempt,
  failure: Failure,
): Promise<LeftBehind> {
  const { begun, unfinished } = attempt;
  if (begun === null && unfinished === null) return { clean: true, text: 'nothing was changed' };
  if (begun === null) return { clean: false, text: 'what an earlier run began has no end yet' };
  if (begun.index === null) {
    return { clean: false, text: 'outside a transaction: look at what it left behind' };
  }
  try {
    return await cleanUp(database, begun.index, failure);
  } catch {
    const text = `what is left of index ${begun.index.name} is not known; a rerun looks first`;
    return { clean: false, text };
  }
}

async function cleanUp(
  database: LockedDatabase,
  index: IndexStatement,
  { sqlstate, interrupted }: Failure,
): Promise<LeftBehind> {
  const { name, kind } = index;
  const found = await findIndex(database.client, index);
  if (kind === 'drop') {
    if (found?.valid === true) return { clean: true, text: `index ${name} is as it was` };
    return { clean: false, text: `index ${name} is half dropped; a rerun ends it` };
  }
  // Somebody made one of that name in between: it was never ours.
  const theirs = sqlstate === ALREADY_THERE;
  if (found === null || theirs) return { clean: true, text: 'nothing is left behind' };
  if (found.valid) return { clean: false, text: `index ${name} is built; a rerun records it` };
  return dropLeftover(database, index, { oid: found.oid, interrupted });
}

async function dropLeftover(
  database: LockedDatabase,
  index: CreateIndex,
  { oid, interrupted }: { oid: string; interrupted: boolean },
): Promise<LeftBehind> {
  const timeout = interrupted ? DROP_TIMEOUT_INTERRUPTED : DROP_TIMEOUT;
  const drop = await dropSql(index, { oid }, database);
  try {
    await database.client.query(`SET lock_timeout = '${timeout}'`);
    await database.client.query(`SET statement_timeout = '${timeout}'`);
    await database.client.query(drop);
    return { clean: true, text: `its INVALID index ${index.name} was dropped` };
  } catch {
    const text = `INVALID index ${index.name} is left behind; a rerun drops it and builds again`;
    return { clean: false, text };
  }
}
