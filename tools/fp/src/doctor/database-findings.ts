import { connectClient, type DatabaseTarget } from '@fusion-prime/database/connection';
import {
  fleetStatus,
  LOCK_KEY,
  type DatabaseStatus,
  type FleetDatabase,
} from '@fusion-prime/migrator';
import type { Finding } from './machine-findings.js';

const CONNECT_TIMEOUT_MS = 3_000;
const EXIT = { pending: 3, lock: 8, unreachable: 9, target: 12 } as const;
// Tokens and leases are compared across machines; NTP keeps a healthy one within a fraction of this.
const LARGEST_SKEW_MS = 2_000;

interface Facts {
  version: string;
  now: number;
  superuser: boolean;
  may_create: boolean;
  holder: string | null;
}

const FACTS_SQL = `
  SELECT current_setting('server_version') AS version,
         (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now,
         (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
         has_schema_privilege('public', 'CREATE') AS may_create,
         (SELECT l.pid || ' (' || coalesce(a.application_name, '') || ')' FROM pg_locks l
            LEFT JOIN pg_stat_activity a USING (pid)
           WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND (l.classid::bigint << 32) | l.objid::bigint = ${LOCK_KEY} LIMIT 1) AS holder`;

/** Reachability, version, clock, roles, leftover lock, identity and pending migrations of a database. */
export async function databaseFindings(
  database: FleetDatabase,
  environment: string | undefined,
): Promise<Finding[]> {
  const { name, migrateUrl, url } = database;
  const fleet = { file: '', databases: [{ ...database, dependsOn: [] }] };
  const { databases } = await fleetStatus(fleet, { environment });
  return [
    ...(migrateUrl === undefined ? [] : await connected(name, migrateUrl, ownerFindings)),
    ...(url === undefined ? [] : await connected(name, url, appFindings(database))),
    ...databases.map(migrationFinding),
  ];
}

type Judge = (name: string, facts: Facts, askedAt: number) => Finding[];

async function connected(name: string, target: DatabaseTarget, judge: Judge): Promise<Finding[]> {
  try {
    const client = await connectClient(target, {
      applicationName: 'fp doctor',
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      queryTimeoutMs: CONNECT_TIMEOUT_MS,
    });
    try {
      const askedAt = Date.now();
      const { rows } = await client.query<Facts>(FACTS_SQL);
      return rows[0] === undefined ? [] : judge(name, rows[0], askedAt);
    } finally {
      await client.end().catch(() => undefined);
    }
  } catch (error) {
    const detail = `${target.user}: ${(error as Error).message}`;
    const mend =
      (error as { reason?: string }).reason === 'DB_UNREACHABLE'
        ? 'start it:  npm run db:up  , or mend the URL'
        : 'mend the URL; or make the roles that it names:  npx fp databases create';
    return [finding(name, 'REACHABLE', { ok: false, detail, mend, exitCode: EXIT.unreachable })];
  }
}

function ownerFindings(name: string, facts: Facts, askedAt: number): Finding[] {
  const major = Number.parseInt(facts.version, 10);
  const skewMs = Math.round(Math.abs(facts.now - askedAt));
  return [
    finding(name, 'SERVER_VERSION', {
      ok: major >= 15 && major <= 18,
      detail: `PostgreSQL ${facts.version}`,
      mend: 'use PostgreSQL 15 to 18',
      exitCode: EXIT.target,
    }),
    finding(name, 'CLOCK_SKEW', {
      ok: skewMs <= LARGEST_SKEW_MS,
      detail: `${skewMs} ms between this clock and the server's`,
      mend: 'let both follow NTP:  timedatectl set-ntp true',
      exitCode: EXIT.target,
    }),
    finding(name, 'OWNER_ROLE', {
      ok: facts.may_create,
      detail: facts.may_create ? 'may migrate' : 'the migrating role may not create tables',
      mend: 'npx fp databases create',
      exitCode: EXIT.target,
    }),
    finding(name, 'LEFTOVER_LOCK', {
      ok: facts.holder === null,
      detail: facts.holder === null ? 'nobody holds the lock' : `held by pid ${facts.holder}`,
      mend: `if that run is dead:  SELECT pg_terminate_backend(${facts.holder?.split(' ')[0] ?? ''})`,
      exitCode: EXIT.lock,
    }),
  ];
}

function appFindings({ urlVariable, migrateUrlVariable }: FleetDatabase): Judge {
  const mend =
    urlVariable === migrateUrlVariable
      ? `the fleet file names one role for both: give it  migrateUrl: VARIABLE  with an owner's URL, then  npx fp databases create`
      : 'give the service its own role:  npx fp databases create';
  return (name, { superuser, may_create: mayCreate }) => {
    const ok = !superuser && !mayCreate;
    const detail = ok
      ? 'reads and writes rows, no more'
      : 'the service would run with too many rights';
    return [finding(name, 'APP_ROLE', { ok, detail, mend, exitCode: EXIT.target })];
  };
}

function migrationFinding({
  name,
  state,
  pending,
  problem,
  applied,
  total,
}: DatabaseStatus): Finding {
  if (problem !== null) {
    const { code, message: detail, exitCode } = problem;
    return finding(name, code, { ok: false, detail, mend: null, exitCode });
  }
  return finding(name, 'MIGRATIONS', {
    ok: state === 'current',
    detail: `${applied}/${total} applied, ${pending.length} pending`,
    mend: `npx fp migrate up --only ${name}`,
    exitCode: EXIT.pending,
  });
}

function finding(subject: string, code: string, rest: Omit<Finding, 'subject' | 'code'>): Finding {
  return { subject, code, ...rest, mend: rest.ok ? null : rest.mend };
}
