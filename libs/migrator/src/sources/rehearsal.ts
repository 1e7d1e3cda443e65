import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import type { ClassScript } from './migration.js';

// More than any migration sends outside a transaction, where only one statement is allowed.
const MOST_QUERIES = 20;
// Nothing is executed, so whoever needs longer waits for something that never comes.
const LONGEST_MS = 1_000;

export interface RehearsalRules {
  mostQueries?: number;
  /** Writes down the text of a query with parameters too: what it does is known, what it sends is not. */
  takesParameters?: boolean;
}

/**
 * Lets a migration class speak to a QueryRunner that writes down its queries and executes nothing.
 *
 * @returns what it would send; null when that cannot be known: it asks for more of the QueryRunner than
 *   `query`, it needs the answers, or it does not come to an end
 */
export async function rehearse(
  script: ClassScript,
  { mostQueries = MOST_QUERIES, takesParameters = false }: RehearsalRules = {},
): Promise<string[] | null> {
  const queries: string[] = [];
  let unknown = false;
  const stop = (): never => {
    unknown = true;
    throw new Error('this cannot be rehearsed');
  };
  const query = async (sql: string, parameters: unknown[] = []): Promise<unknown[]> => {
    const tooMuch = queries.length >= mostQueries || (!takesParameters && parameters.length > 0);
    if (typeof sql !== 'string' || tooMuch) stop();
    queries.push(sql);
    return [];
  };
  const recorder = new Proxy({} as QueryRunner, {
    get(_, member) {
      if (member === 'query') return query;
      // A promise resolved with this object must not take it for a promise.
      return member === 'then' ? undefined : stop();
    },
    set: stop,
  });
  const ended = await Promise.race([
    script.run(recorder).then(
      () => true,
      () => false,
    ),
    sleep(LONGEST_MS, false, { ref: false }),
  ]);
  return ended && !unknown ? queries : null;
}
