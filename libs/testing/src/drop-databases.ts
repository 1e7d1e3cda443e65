import pg from 'pg';
import { eventually } from './eventually.js';
import { testServer } from './server.js';

/** A client that was ended just now is gone from the server's list within milliseconds. */
const LEAK_GRACE_MS = 3_000;

/**
 * Drops the databases of a test file.
 *
 * @throws {Error} naming every connection that the file left open.
 */
export async function dropTestDatabases(databases: readonly string[]): Promise<void> {
  if (databases.length === 0) return;
  const admin = new pg.Client({ connectionString: testServer().adminUrl });
  await admin.connect();
  try {
    const leak = await leftOpen(admin, databases);
    for (const name of databases) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    if (leak !== null) throw new Error(`connections left open: ${leak}`);
  } finally {
    await admin.end();
  }
}

async function leftOpen(admin: pg.Client, databases: readonly string[]): Promise<string | null> {
  const look = async (): Promise<void> => {
    const { rows } = await admin.query<{ leak: string }>(
      `SELECT datname || ' by ' || coalesce(application_name, '?') || ': ' || left(query, 80) AS leak
         FROM pg_stat_activity WHERE datname = ANY($1) AND pid <> pg_backend_pid()`,
      [databases],
    );
    if (rows.length > 0) throw new Error(rows.map(({ leak }) => leak).join('; '));
  };
  try {
    await eventually(look, { timeoutMs: LEAK_GRACE_MS });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
