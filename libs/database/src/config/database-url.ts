import type { ConfigProblem } from '@fusion-prime/kernel';
import type { Audience, DatabaseTarget } from '../target.js';
import { checkSslMode, checkTransport, readHost, readPortText } from './host-rules.js';
import { URL_FORM, looksLikeUrl } from './not-a-url.js';
import { checkSocketPath, isCloudSql } from './socket-path.js';
import { UrlFindings } from './url-findings.js';
import { type UrlParts, splitUrl } from './url-parts.js';

export interface DatabaseUrlRules {
  audience: Audience;
  /** DB_ALLOW_LOOPBACK=1: a proxy listens beside the service. */
  allowLoopback: boolean;
  /** The variable's name, for the problems. */
  variable: string;
  /** Takes SQLAlchemy's `postgresql+driver://` with a warning: adopting a Python deployment. */
  acceptSqlalchemy?: boolean;
}

export interface ParsedDatabaseUrl {
  target?: DatabaseTarget;
  problems: ConfigProblem[];
  warnings: ConfigProblem[];
}

const QUERY_KEYS = new Set(['host', 'sslmode', 'sslrootcert', 'application_name']);
// Keys with which a query overrides the URL before it: the reader sees one host, the driver takes another.
const OVERRIDES = new Set(['user', 'password', 'hostaddr', 'port', 'dbname', 'database', 'db']);
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Reads a `DATABASE_URL`. Pure; every problem at once; nothing is inferred but the port 5432. No problem
 * shows the text: what parsed is shown with `***`, what did not as its scheme's class and length.
 *
 * Rules: section "Configuration contract", codes `DBCFG_*`.
 */
export function parseDatabaseUrl(
  text: string | undefined,
  rules: DatabaseUrlRules,
): ParsedDatabaseUrl {
  const findings = new UrlFindings(rules.variable, text ?? '');
  const target = text === undefined ? missing(findings) : readText(text, rules, findings);
  const { problems, warnings } = findings;
  return { problems, warnings, ...(target !== undefined && findings.clean && { target }) };
}

function missing(findings: UrlFindings): undefined {
  findings.add('DBCFG_MISSING', 'is not set', URL_FORM);
}

function readText(
  raw: string,
  rules: DatabaseUrlRules,
  findings: UrlFindings,
): DatabaseTarget | undefined {
  if (raw.trim() === '') {
    findings.add('DBCFG_EMPTY', 'is set but empty', URL_FORM);
    return undefined;
  }
  const text = raw.replace(/\r?\n$/, '');
  if (text !== raw) {
    findings.warn(
      'DBCFG_TRAILING_NEWLINE',
      'ends in a newline',
      'make the secret with printf, not echo',
    );
  }
  if (CONTROL.test(text)) {
    findings.refuse('DBCFG_CONTROL_CHARACTER', 'holds a control character', URL_FORM);
    return undefined;
  }
  if (!looksLikeUrl(text, findings) || !checkScheme(text, rules, findings)) return undefined;
  const parts = splitUrl(text, findings);
  if (parts === undefined) return undefined;
  const target = readTarget(parts, findings);
  if (target.host !== '') {
    checkTransport(target, { ...rules, sslmode: parts.query.get('sslmode') }, findings);
  }
  return target;
}

function checkScheme(text: string, rules: DatabaseUrlRules, findings: UrlFindings): boolean {
  if (/^\s*postgres(ql)?:/i.test(text)) return true;
  if (!/^postgres(ql)?\+[a-z0-9]+:/i.test(text)) {
    findings.refuse('DBCFG_SCHEME', 'is not a PostgreSQL URL', URL_FORM);
    return false;
  }
  if (rules.acceptSqlalchemy === true) {
    findings.warn(
      'DBCFG_SQLALCHEMY_URL',
      "carries SQLAlchemy's driver suffix, which is left out",
      'postgresql://…',
    );
    return true;
  }
  findings.refuse(
    'DBCFG_SCHEME',
    'carries the suffix of a Python driver (SQLAlchemy)',
    'postgresql:// without +driver; fp takes it with --accept-sqlalchemy-urls',
  );
  return false;
}

function readTarget(parts: UrlParts, findings: UrlFindings): DatabaseTarget {
  checkQueryKeys(parts, findings);
  const port = readPortText(parts.port, findings);
  const place = readPlace(parts, port, findings);
  demand(parts.user, 'user', findings);
  demand(parts.password, 'password', findings);
  demand(parts.database, 'database', findings);
  const sslmode = checkSslMode(parts.query.get('sslmode'), findings);
  const { password } = parts;
  return {
    ...place,
    port,
    database: parts.database,
    user: parts.user,
    password: () => Promise.resolve(password),
    sslmode,
    ...optional('sslrootcert', parts.query.get('sslrootcert')),
    ...optional('applicationName', parts.query.get('application_name')),
  };
}

function readPlace(
  parts: UrlParts,
  port: number,
  findings: UrlFindings,
): Pick<DatabaseTarget, 'kind' | 'host'> {
  const path = parts.query.get('host');
  if (path === undefined) {
    if (parts.host !== '') return { kind: 'tcp', host: readHost(parts.host, findings) };
    findings.add('DBCFG_HOST_MISSING', 'names no host', URL_FORM);
    return { kind: 'tcp', host: '' };
  }
  if (!path.startsWith('/') || (parts.host !== '' && parts.host.toLowerCase() !== 'localhost')) {
    findings.add(
      'DBCFG_QUERY_OVERRIDE',
      'the query names a host other than a socket directory with an empty authority',
      'postgresql://USER:PASSWORD@/DATABASE?host=/cloudsql/PROJECT:REGION:INSTANCE',
    );
    return { kind: 'socket', host: '' };
  }
  checkSocketPath(path, port, findings);
  return { kind: isCloudSql(path) ? 'cloudsql-socket' : 'socket', host: path };
}

function checkQueryKeys(parts: UrlParts, findings: UrlFindings): void {
  const keys = [...parts.query.keys()];
  if (keys.some((key) => OVERRIDES.has(key.toLowerCase()))) {
    findings.add(
      'DBCFG_QUERY_OVERRIDE',
      'the query overrides a part of the URL',
      'user, password, port and database stand before the question mark',
    );
  }
  if (keys.some((key) => !QUERY_KEYS.has(key) && !OVERRIDES.has(key.toLowerCase()))) {
    findings.add('DBCFG_QUERY_UNKNOWN', 'has an unknown query key', [...QUERY_KEYS].join(', '));
  }
}

function demand(
  value: string,
  part: 'user' | 'password' | 'database',
  findings: UrlFindings,
): void {
  if (value !== '') return;
  findings.add(`DBCFG_${part.toUpperCase()}_MISSING`, `names no ${part}`, URL_FORM);
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return (value === undefined || value === '' ? {} : { [key]: value }) as Partial<
    Record<K, string>
  >;
}
