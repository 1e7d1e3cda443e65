import { describe, expect, it } from '@jest/globals';
import type { Audience } from '../target.js';
import { showTarget } from '../target.js';
import { parseDatabaseUrl } from './database-url.js';

const SECRET = 'hunter2hunter2';

function parse(text: string | undefined, audience: Audience = 'service-development', extra = {}) {
  return parseDatabaseUrl(text, {
    audience,
    allowLoopback: false,
    variable: 'DATABASE_URL',
    ...extra,
  });
}

function codes(text: string | undefined, audience?: Audience, extra = {}): string[] {
  return parse(text, audience, extra).problems.map((problem) => problem.code);
}

const CLOUDSQL = 'postgresql://app:hunter2hunter2@/db?host=/cloudsql';

describe('a DATABASE_URL that is refused', () => {
  it.each<[string | undefined, ...string[]]>([
    [undefined, 'DBCFG_MISSING'],
    ['', 'DBCFG_EMPTY'],
    [' \t\n', 'DBCFG_EMPTY'],
    // The incident, in every spelling.
    ['sqlite:///fusion.db', 'DBCFG_SCHEME_FORBIDDEN'],
    ['sqlite://', 'DBCFG_SCHEME_FORBIDDEN'],
    ['sqlite::memory:', 'DBCFG_SCHEME_FORBIDDEN'],
    ['SQLite:///x.db', 'DBCFG_SCHEME_FORBIDDEN'],
    ['sqlite3:x.db', 'DBCFG_SCHEME_FORBIDDEN'],
    ['sqlite+aiosqlite:///./x.db', 'DBCFG_SCHEME_FORBIDDEN'],
    ['jdbc:sqlite:x.db', 'DBCFG_SCHEME_FORBIDDEN'],
    ['"sqlite:///x.db"', 'DBCFG_SCHEME_FORBIDDEN'],
    ['file:x.db', 'DBCFG_SCHEME_FORBIDDEN'],
    ['file:///var/lib/x?mode=memory', 'DBCFG_SCHEME_FORBIDDEN'],
    [':memory:', 'DBCFG_SCHEME_FORBIDDEN'],
    ['./settlement.db', 'DBCFG_SCHEME_FORBIDDEN'],
    ['/data/settlement.sqlite3', 'DBCFG_SCHEME_FORBIDDEN'],
    // Other databases and drivers.
    [`postgresql+asyncpg://u:${SECRET}@h/d`, 'DBCFG_SCHEME'],
    [`postgres+psycopg2://u:${SECRET}@h/d`, 'DBCFG_SCHEME'],
    [`mysql://u:${SECRET}@h/d`, 'DBCFG_SCHEME'],
    [`http://u:${SECRET}@h/d`, 'DBCFG_SCHEME'],
    [`jdbc:postgresql://h/d?user=u&password=${SECRET}`, 'DBCFG_SCHEME'],
    [`postgresqlx://u:${SECRET}@h/d`, 'DBCFG_SCHEME'],
    // Parts that are not there.
    [`postgresql://u:${SECRET}@/d`, 'DBCFG_HOST_MISSING'],
    [`postgresql://u:${SECRET}@h`, 'DBCFG_DATABASE_MISSING'],
    [`postgresql://u:${SECRET}@h/`, 'DBCFG_DATABASE_MISSING'],
    [`postgresql://:${SECRET}@h/d`, 'DBCFG_USER_MISSING'],
    ['postgresql://u@h/d', 'DBCFG_PASSWORD_MISSING'],
    ['postgresql://u:@h/d', 'DBCFG_PASSWORD_MISSING'],
    ['postgresql://h/d', 'DBCFG_USER_MISSING', 'DBCFG_PASSWORD_MISSING'],
    [
      'postgresql:///',
      'DBCFG_HOST_MISSING',
      'DBCFG_USER_MISSING',
      'DBCFG_PASSWORD_MISSING',
      'DBCFG_DATABASE_MISSING',
    ],
    // Cloud SQL.
    [`${CLOUDSQL}/my-project:us-central1-a:main`, 'DBCFG_CLOUDSQL_ZONE'],
    [`${CLOUDSQL}/my-project:northamerica-northeast1-b:main`, 'DBCFG_CLOUDSQL_ZONE'],
    [`${CLOUDSQL}/my-project:main`, 'DBCFG_CLOUDSQL_FORMAT'],
    [`${CLOUDSQL}/my-project:us-central1:main:more`, 'DBCFG_CLOUDSQL_FORMAT'],
    [`${CLOUDSQL}/my-project:us-central1:`, 'DBCFG_CLOUDSQL_FORMAT'],
    [`${CLOUDSQL}/my-project:nowhere:main`, 'DBCFG_CLOUDSQL_FORMAT'],
    [`${CLOUDSQL}`, 'DBCFG_CLOUDSQL_FORMAT'],
    [`${CLOUDSQL}/my-project:us-central1:main/.s.PGSQL.5432`, 'DBCFG_CLOUDSQL_SUFFIX'],
    [`${CLOUDSQL}/my-project:us-central1:${'a'.repeat(90)}`, 'DBCFG_SOCKET_TOO_LONG'],
    // The query.
    [`postgresql://u:${SECRET}@h/d?schema=x`, 'DBCFG_QUERY_UNKNOWN'],
    [`postgresql://u:${SECRET}@h/d?ssl=true`, 'DBCFG_QUERY_UNKNOWN'],
    [`postgresql://u:${SECRET}@h/d?user=postgres`, 'DBCFG_QUERY_OVERRIDE'],
    [`postgresql://u:x@h/d?password=${SECRET}`, 'DBCFG_QUERY_OVERRIDE'],
    [`postgresql://u:${SECRET}@h/d?host=other`, 'DBCFG_QUERY_OVERRIDE'],
    [
      `postgresql://u:${SECRET}@h/d?host=/cloudsql/my-project:us-central1:main`,
      'DBCFG_QUERY_OVERRIDE',
    ],
    [`postgresql://u:${SECRET}@h/d?hostaddr=10.0.0.1`, 'DBCFG_QUERY_OVERRIDE'],
    [`postgresql://u:${SECRET}@h/d?sslmode=require&sslmode=disable`, 'DBCFG_QUERY_REPEATED'],
    [`postgresql://u:${SECRET}@h/d?sslmode=prefer`, 'DBCFG_SSLMODE_WEAK'],
    [`postgresql://u:${SECRET}@h/d?sslmode=on`, 'DBCFG_SSLMODE_UNKNOWN'],
    // Passwords that moved the host.
    [`postgresql://u:hunter2#${SECRET}@h/d`, 'DBCFG_URL_INVALID'],
    [`postgresql://u:hunter2/${SECRET}@h/d`, 'DBCFG_URL_INVALID'],
    [`postgresql://u:hunter2?${SECRET}@h/d`, 'DBCFG_URL_INVALID'],
    [`postgresql://u:hunter2@${SECRET}@h/d`, 'DBCFG_URL_INVALID'],
    [`postgresql://u:hunter2%zz${SECRET}@h/d`, 'DBCFG_URL_INVALID'],
    [`postgresql://u:hunter2 ${SECRET}@h/d`, 'DBCFG_URL_INVALID'],
    [` postgresql://u:${SECRET}@h/d`, 'DBCFG_URL_INVALID'],
    [`postgresql:u:${SECRET}@h/d`, 'DBCFG_URL_INVALID'],
    [`postgresql://u:${SECRET}@[::1/d`, 'DBCFG_URL_INVALID'],
    // What people put there instead.
    [`"postgresql://u:${SECRET}@h/d"`, 'DBCFG_QUOTED'],
    [`'postgresql://u:${SECRET}@h/d'`, 'DBCFG_QUOTED'],
    ['postgresql://u:${DB_PASSWORD}@h/d', 'DBCFG_UNEXPANDED'],
    ['$DATABASE_URL', 'DBCFG_UNEXPANDED'],
    ['postgresql://u:$(cat secret)@h/d', 'DBCFG_UNEXPANDED'],
    ['postgresql://u:<PASSWORD>@h/d', 'DBCFG_PLACEHOLDER'],
    ['postgresql://u:***@h/d', 'DBCFG_PLACEHOLDER'],
    ['postgresql://u:CHANGEME@h/d', 'DBCFG_CHANGEME'],
    ['postgresql://u:change_me@h/d', 'DBCFG_CHANGEME'],
    ['undefined', 'DBCFG_UNDEFINED'],
    ['null', 'DBCFG_UNDEFINED'],
    ['postgresql://u:undefined@h/d', 'DBCFG_UNDEFINED'],
    ['postgresql://u:x@undefined:5432/d', 'DBCFG_UNDEFINED'],
    ['postgresql://u:x@h/undefined', 'DBCFG_UNDEFINED'],
    ['[object Object]', 'DBCFG_UNDEFINED'],
    ['settlement-database-url', 'DBCFG_SECRET_NAME'],
    ['settlement-database-url:latest', 'DBCFG_SECRET_NAME'],
    ['projects/p/secrets/settlement-database-url/versions/latest', 'DBCFG_SECRET_NAME'],
    [`host=h dbname=d user=u password=${SECRET}`, 'DBCFG_LIBPQ_FORM'],
    [`postgresql://u:${SECRET}@h1,h2/d`, 'DBCFG_MULTIPLE_HOSTS'],
    [`postgresql://u:${SECRET}@h1:1,h2:2/d`, 'DBCFG_MULTIPLE_HOSTS'],
    [`postgresql://u:${SECRET}@h/d\n\n`, 'DBCFG_CONTROL_CHARACTER'],
    [`postgresql://u:${SECRET}\u0000@h/d`, 'DBCFG_CONTROL_CHARACTER'],
    [`postgresql://u:${SECRET}%00@h/d`, 'DBCFG_CONTROL_CHARACTER'],
    [`postgresql://u:${SECRET}@h:0/d`, 'DBCFG_PORT'],
    [`postgresql://u:${SECRET}@h:65536/d`, 'DBCFG_PORT'],
    [`postgresql://u:${SECRET}@h:5432x/d`, 'DBCFG_PORT'],
    [`postgresql://u:${SECRET}@127.1/d`, 'DBCFG_HOST_INVALID'],
    [`postgresql://u:${SECRET}@0x7f000001/d`, 'DBCFG_HOST_INVALID'],
    [`postgresql://u:${SECRET}@%2Fcloudsql%2Fx/d`, 'DBCFG_HOST_INVALID'],
    // Several at once.
    [
      'postgresql://u@h:99999/d?foo=1',
      'DBCFG_QUERY_UNKNOWN',
      'DBCFG_PORT',
      'DBCFG_PASSWORD_MISSING',
    ],
  ])('%j answers %s', (text, ...expected) => {
    const { target, problems } = parse(text);
    expect(problems.map((problem) => problem.code)).toEqual(expected);
    expect(target).toBeUndefined();
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|DB_PASSWORD/);
    for (const problem of problems) expect(problem.hint).not.toBe('');
  });

  it('tells the region when a zone was written', () => {
    const { problems } = parse(`${CLOUDSQL}/my-project:us-central1-a:main`);
    expect(problems[0]?.hint).toBe('us-central1');
  });

  it('says of a text that cannot be parsed only the class of its scheme and its length', () => {
    const { problems } = parse('postgresql://u:a#b@h/d');
    expect(problems[0]?.reason).toBe(
      'cannot be parsed as a URL (scheme class postgresql, 22 characters)',
    );
  });
});

describe('a DATABASE_URL that is accepted', () => {
  it.each([
    [`postgres://u:${SECRET}@h/d`, 'postgresql://u:***@h:5432/d', 'tcp'],
    [`postgresql://u:${SECRET}@h/d`, 'postgresql://u:***@h:5432/d', 'tcp'],
    [`PostgreSQL://u:${SECRET}@DB.Internal:6432/d`, 'postgresql://u:***@db.internal:6432/d', 'tcp'],
    [`POSTGRES://u:${SECRET}@h/d`, 'postgresql://u:***@h:5432/d', 'tcp'],
    [`postgresql://u:${SECRET}@[::1]:5433/d`, 'postgresql://u:***@[::1]:5433/d', 'tcp'],
    [
      `postgresql://u:${SECRET}@10.0.0.7/d?sslmode=disable`,
      'postgresql://u:***@10.0.0.7:5432/d',
      'tcp',
    ],
    [
      `${CLOUDSQL}/my-project:us-central1:main`,
      'postgresql://app:***@/db?host=/cloudsql/my-project:us-central1:main',
      'cloudsql-socket',
    ],
    [
      `postgresql://app:${SECRET}@localhost/db?host=%2Fcloudsql%2Fmy-project%3Aus-central1%3Amain`,
      'postgresql://app:***@/db?host=/cloudsql/my-project:us-central1:main',
      'cloudsql-socket',
    ],
    [
      `${CLOUDSQL}/example.com:my-project:europe-west4:main`,
      'postgresql://app:***@/db?host=/cloudsql/example.com:my-project:europe-west4:main',
      'cloudsql-socket',
    ],
    [
      `postgresql://app:${SECRET}@/db?host=/var/run/postgresql`,
      'postgresql://app:***@/db?host=/var/run/postgresql',
      'socket',
    ],
  ])('%s is shown as %s', (text, shown, kind) => {
    const { target, problems } = parse(text);
    expect(problems).toEqual([]);
    expect(target && showTarget(target)).toBe(shown);
    expect(target?.kind).toBe(kind);
  });

  it('decodes what was percent-encoded', async () => {
    const { target } = parse(
      'postgresql://a%40b:p%23%2F%3F%40%25@h/my%20db?application_name=x%26y',
    );
    expect(target).toMatchObject({ user: 'a@b', database: 'my db', applicationName: 'x&y' });
    expect(await target?.password()).toBe('p#/?@%');
  });

  it('forgives one trailing newline, with a warning', () => {
    for (const newline of ['\n', '\r\n']) {
      const { target, warnings } = parse(`postgresql://u:${SECRET}@h/d${newline}`);
      expect(target?.database).toBe('d');
      expect(warnings.map((each) => each.code)).toEqual(['DBCFG_TRAILING_NEWLINE']);
    }
  });

  it("takes SQLAlchemy's driver suffix only when asked to, with a warning", () => {
    const text = `postgresql+asyncpg://u:${SECRET}@h/d`;
    expect(parse(text).problems[0]?.reason).toMatch(/Python driver/);
    const { target, warnings } = parse(text, 'service-development', { acceptSqlalchemy: true });
    expect(target && showTarget(target)).toBe('postgresql://u:***@h:5432/d');
    expect(warnings.map((each) => each.code)).toEqual(['DBCFG_SQLALCHEMY_URL']);
  });

  it('does not show the password when the target is printed', () => {
    const { target } = parse(`postgresql://u:${SECRET}@h/d`);
    expect(JSON.stringify(target)).not.toContain(SECRET);
  });
});

describe('the transport', () => {
  const remote = `postgresql://u:${SECRET}@db.internal/d`;
  const local = `postgresql://u:${SECRET}@localhost/d`;
  it.each<[string, Audience, object, ...string[]]>([
    [remote, 'service-development', {}],
    [remote, 'service-production', {}, 'DBCFG_TLS_REQUIRED'],
    [`${remote}?sslmode=require`, 'service-production', {}, 'DBCFG_SSLMODE_WEAK'],
    [`${remote}?sslmode=verify-ca`, 'service-production', {}, 'DBCFG_SSLMODE_WEAK'],
    [`${remote}?sslmode=disable`, 'service-production', {}, 'DBCFG_SSLMODE_WEAK'],
    [`${remote}?sslmode=prefer`, 'service-production', {}, 'DBCFG_SSLMODE_WEAK'],
    [`${remote}?sslmode=verify-full`, 'service-production', {}],
    [remote, 'tool', {}, 'DBCFG_TLS_REQUIRED'],
    [`${remote}?sslmode=verify-full`, 'tool', {}],
    [local, 'service-development', {}],
    [local, 'service-production', {}, 'DBCFG_LOCALHOST_IN_PROD', 'DBCFG_TLS_REQUIRED'],
    [`${local}?sslmode=verify-full`, 'service-production', {}, 'DBCFG_LOCALHOST_IN_PROD'],
    [local, 'service-production', { allowLoopback: true }],
    [local, 'tool', {}],
    [
      `postgresql://u:${SECRET}@127.0.0.9/d?sslmode=verify-full`,
      'service-production',
      {},
      'DBCFG_LOCALHOST_IN_PROD',
    ],
    [
      `postgresql://u:${SECRET}@[::1]/d?sslmode=verify-full`,
      'service-production',
      {},
      'DBCFG_LOCALHOST_IN_PROD',
    ],
    [
      `postgresql://u:${SECRET}@[::ffff:127.0.0.1]/d?sslmode=verify-full`,
      'service-production',
      {},
      'DBCFG_LOCALHOST_IN_PROD',
    ],
    [
      `postgresql://u:${SECRET}@0.0.0.0/d?sslmode=verify-full`,
      'service-production',
      {},
      'DBCFG_LOCALHOST_IN_PROD',
    ],
    [
      `postgresql://u:${SECRET}@db.localhost./d?sslmode=verify-full`,
      'service-production',
      {},
      'DBCFG_LOCALHOST_IN_PROD',
    ],
    ...[
      '0:0:0:0:0:0:0:1',
      '0000::1',
      '::0:1',
      '0:0:0:0:0:FFFF:127.0.0.1',
      '::ffff:7f00:1',
      '::',
    ].map((address): [string, Audience, object, string] => [
      `postgresql://u:${SECRET}@[${address}]/d?sslmode=verify-full`,
      'service-production',
      {},
      'DBCFG_LOCALHOST_IN_PROD',
    ]),
    [`postgresql://u:${SECRET}@[2001:DB8:0::1]/d?sslmode=verify-full`, 'service-production', {}],
    [`${CLOUDSQL}/my-project:us-central1:main`, 'service-production', {}],
  ])('%s for %s with %j answers %j', (text, audience, extra, ...expected) => {
    expect(codes(text, audience, extra)).toEqual(expected);
  });
});
