import type pg from 'pg';
import type { CatalogueRoles } from '../catalogue/service-roles.js';
import { MigrationRefused } from '../refused.js';
import { quoteName } from '../sources/sql-quote.js';

/** Who gave up what. */
export interface Transferred {
  from: string[];
  objects: number;
}

interface OwnedObject {
  /** `TABLE public.users`, quoted as SQL wants it. */
  object: string;
  owner: string;
}

const LOCK_NOT_AVAILABLE = '55P03';
const INSUFFICIENT_PRIVILEGE = '42501';
const OF_USER = `n.nspname <> 'migrator' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`;
const owned = (catalogue: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalogue}'::regclass AND d.objid = ${oid}
     AND d.deptype IN ('e', 'i') AND d.objsubid = 0)`;

/** A sequence of a column follows its table; so do indexes, row types and the parts of a range. */
const STRANGERS_SQL = `
  SELECT 'SCHEMA ' || quote_ident(n.nspname) AS object, pg_get_userbyid(n.nspowner) AS owner FROM pg_namespace n
  WHERE n.oid >= 16384 AND n.nspname <> 'public' AND ${OF_USER} AND pg_get_userbyid(n.nspowner) <> $1
    AND ${owned('pg_namespace', 'n.oid')}
  UNION ALL
  SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
           WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END || ' ' || c.oid::regclass::text,
         pg_get_userbyid(c.relowner)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND ${OF_USER}
    AND pg_get_userbyid(c.relowner) <> $1 AND ${owned('pg_class', 'c.oid')}
    AND NOT (c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
      AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0))
  UNION ALL
  SELECT 'ROUTINE ' || p.oid::regprocedure::text, pg_get_userbyid(p.proowner)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.oid >= 16384 AND ${OF_USER} AND pg_get_userbyid(p.proowner) <> $1 AND ${owned('pg_proc', 'p.oid')}
  UNION ALL
  SELECT 'TYPE ' || t.oid::regtype::text, pg_get_userbyid(t.typowner)
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.oid >= 16384 AND t.typtype IN ('e', 'd', 'r') AND ${OF_USER} AND pg_get_userbyid(t.typowner) <> $1
    AND ${owned('pg_type', 't.oid')}
  UNION ALL
  SELECT 'STATISTICS ' || quote_ident(n.nspname) || '.' || quote_ident(s.stxname), pg_get_userbyid(s.stxowner)
  FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
  WHERE ${OF_USER} AND pg_get_userbyid(s.stxowner) <> $1
  ORDER BY 1`;

/** What default privileges would have granted, had the owner's role made these objects. */
const grantsTo = (app: string): string => `
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${app};
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${app};
  GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO ${app};
  DO $$ DECLARE book regclass; BEGIN
    FOREACH book IN ARRAY ARRAY[to_regclass('public.migrations'), to_regclass('public.migrations_id_seq'),
                                to_regclass('public.alembic_version')]
    LOOP
      IF book IS NOT NULL THEN EXECUTE format('REVOKE ALL ON %s FROM %s', book, '${app.replaceAll("'", "''")}'); END IF;
    END LOOP;
  END $$`;

/** Inside the caller's transaction, with names printed so that any search_path finds them. */
export async function strangersObjects(client: pg.Client, owner: string): Promise<OwnedObject[]> {
  await client.query(`SET LOCAL search_path = ''`);
  return (await client.query<OwnedObject>(STRANGERS_SQL, [owner])).rows;
}

/**
 * Gives the objects of today's single user to the service's owner, and the service its rights on their rows:
 * what the service demands at its start. Inside the caller's transaction.
 *
 * @throws {MigrationRefused} RIGHTS_MISSING when this session may not act for today's owner; LOCK_BUSY when
 *   somebody is at work on these objects for longer than lock_timeout
 */
export async function transferOwnership(
  client: pg.Client,
  { owner, app }: CatalogueRoles,
  database: string,
): Promise<Transferred> {
  const strangers = await strangersObjects(client, owner);
  const from = [...new Set(strangers.map((object) => object.owner))].sort();
  try {
    for (const { object } of strangers) {
      await client.query(`ALTER ${object} OWNER TO ${quoteName(owner)}`);
    }
    // They have no rights on any table now, and need no way to make others. The service may be one of them:
    // it goes on using what it no longer owns.
    for (const stranger of from) {
      const rights = stranger === app ? 'CREATE' : 'ALL';
      await client.query(`REVOKE ${rights} ON SCHEMA public FROM ${quoteName(stranger)}`);
    }
    await client.query(grantsTo(quoteName(app)));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === LOCK_NOT_AVAILABLE) {
      throw new MigrationRefused(
        'LOCK_BUSY',
        `${database}: somebody uses what is to change hands, and did not let go in time: nothing was changed. ` +
          `Again, when the service rests:  npx fp migrate adopt ${database} --transfer-ownership`,
        { cause: error },
      );
    }
    if (code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new MigrationRefused(
      'RIGHTS_MISSING',
      `${database}: this role may not give away what belongs to ${from.join(', ')}: set FP_ADMIN_URL to an ` +
        `administrator, or let one run  GRANT ${from.map(quoteName).join(', ')} TO ${quoteName(owner)}. ` +
        'Nothing was changed',
      { cause: error },
    );
  }
  return { from, objects: strangers.length };
}
