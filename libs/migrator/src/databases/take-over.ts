import type pg from 'pg';
import { MigrationRefused } from '../refused.js';
import { quoteName, quoteText } from '../sources/sql-quote.js';

export interface TakeOver {
  service: string;
  database: string;
  owner: string;
  app: string;
  /** Whose the database is until now. */
  formerOwner: string;
}

/**
 * Whoever owns something in a database of others, or was granted something, keeps its way in: the rights of
 * PUBLIC, which go away next, may be all that the running service has.
 */
const keepWaysIn = ({ owner, app, formerOwner }: TakeOver): string => `
DO $$ DECLARE guest record; BEGIN
  FOR guest IN
    SELECT r.rolname AS name, bool_or(u.owns) AS owns FROM (
      SELECT relowner AS role, true AS owns FROM pg_class WHERE oid >= 16384
      UNION ALL SELECT proowner, true FROM pg_proc WHERE oid >= 16384
      UNION ALL SELECT a.grantee, false FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid >= 16384
      UNION ALL SELECT oid, true FROM pg_roles WHERE rolname = ${quoteText(formerOwner)}) u
    JOIN pg_roles r ON r.oid = u.role
    WHERE NOT r.rolsuper AND r.rolname NOT IN (${quoteText(owner)}, ${quoteText(app)}) GROUP BY r.rolname
  LOOP
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), guest.name);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', guest.name);
    IF guest.owns THEN EXECUTE format('GRANT CREATE ON SCHEMA public TO %I', guest.name); END IF;
  END LOOP;
END $$`;

/**
 * Makes a service's owner the owner of a database that somebody else made. Its objects stay theirs, and who uses
 * it can go on: `fp migrate adopt` is where objects change hands.
 *
 * @param admin connected to that very database
 * @throws {MigrationRefused} IDENTITY_MISMATCH when it says that it is another service's
 */
export async function takeOver(admin: pg.Client, one: TakeOver): Promise<void> {
  await admin.query('BEGIN');
  await demandNobodys(admin, one);
  // A cluster from before 15 has its public schema from the superuser; then a database's owner may make nothing.
  const { rows } = await admin.query<{ owner: string }>(
    `SELECT pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = 'public'`,
  );
  if (rows[0]?.owner !== 'pg_database_owner') {
    await admin.query('ALTER SCHEMA public OWNER TO pg_database_owner');
  }
  await admin.query(`ALTER DATABASE ${quoteName(one.database)} OWNER TO ${quoteName(one.owner)}`);
  // After it: with the ownership, what stands in the former owner's name goes to the new one.
  await admin.query(keepWaysIn(one));
  await admin.query('COMMIT');
}

async function demandNobodys(admin: pg.Client, { service, database }: TakeOver): Promise<void> {
  const { rows } = await admin.query<{ there: boolean }>(
    `SELECT to_regclass('migrator.identity') IS NOT NULL AS there`,
  );
  if (rows[0]?.there !== true) return;
  const identity = await admin.query<{ service: string }>('SELECT service FROM migrator.identity');
  const found = identity.rows[0]?.service;
  if (found === undefined || found === service) return;
  throw new MigrationRefused(
    'IDENTITY_MISMATCH',
    `${database} says it is ${found}, not ${service}: nothing was taken over`,
  );
}
