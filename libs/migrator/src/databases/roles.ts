import type pg from 'pg';
import { scramVerifier } from './scram.js';
import { quoteName as name, quoteText } from '../sources/sql-quote.js';

/** A login that `createDatabases` makes, or brings up to date. */
export interface RoleSpec {
  user: string;
  password: string;
}

/** ALTER ROLE holds behind a pooler too, where a SET would reach somebody else's session. */
type RoleSettings = Record<string, string>;

// A service's own DB_STATEMENT_TIMEOUT_MS may only lower this ceiling.
export const APP_SETTINGS: RoleSettings = {
  statement_timeout: '30s',
  lock_timeout: '5s',
  idle_in_transaction_session_timeout: '30s',
  client_connection_check_interval: '1s',
};
export const OWNER_SETTINGS: RoleSettings = {
  statement_timeout: '15min',
  lock_timeout: '3s',
  idle_in_transaction_session_timeout: '60s',
  client_connection_check_interval: '1s',
};

/**
 * Creates a role that may log in and nothing more, or gives an existing one its password and settings.
 * Inside the caller's transaction: one COMMIT, and no role without its settings.
 */
export async function ensureRole(
  admin: pg.Client,
  { user, password }: RoleSpec,
  settings: RoleSettings,
): Promise<void> {
  const { rows } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [user]);
  const verb = rows.length === 0 ? 'CREATE' : 'ALTER';
  const secret = quoteText(scramVerifier(password));
  await admin.query(
    `${verb} ROLE ${name(user)} LOGIN NOCREATEDB NOCREATEROLE INHERIT PASSWORD ${secret}`,
  );
  for (const [setting, value] of Object.entries(settings)) {
    await alterSetting(admin, { user, setting, value });
  }
}

/** Some platforms cannot watch a connection while a statement runs, and say so here. */
async function alterSetting(
  admin: pg.Client,
  { user, setting, value }: { user: string; setting: string; value: string },
): Promise<void> {
  await admin.query('SAVEPOINT setting');
  try {
    await admin.query(`ALTER ROLE ${name(user)} SET ${setting} = ${quoteText(value)}`);
  } catch (error) {
    if (setting !== 'client_connection_check_interval') throw error;
    await admin.query('ROLLBACK TO setting');
  }
}

/**
 * A cloud's administrator is no superuser: it must be a member of a role to make a database for it.
 * The owner is a member of the service's role, so that it may see whose transaction blocks a migration.
 */
export async function ensureMemberships(
  admin: pg.Client,
  owner: string,
  app: string,
): Promise<void> {
  await admin.query(`GRANT ${name(app)} TO ${name(owner)}`);
  const { rows } = await admin.query<{ super: boolean }>(
    'SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user',
  );
  if (rows[0]?.super !== true) await admin.query(`GRANT ${name(owner)} TO CURRENT_USER`);
}
