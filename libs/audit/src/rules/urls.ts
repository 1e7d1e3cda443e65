import { type DatabaseTarget, parseDatabaseUrl } from '@fusion-prime/database/connection';
import type { AuditContext } from '../context.js';
import type { Text, Variable } from '../model.js';
import type { Subject } from '../subject.js';
import { filled, isHole, isKnown } from '../text/holes.js';

/** A connection string that stands in a file. */
export interface WrittenUrl {
  readonly variable: Variable;
  readonly text: Text;
}

// What stands in a hole while a URL is judged: good in every part of one.
const FILLING = 'x1';
const URL_OF_DATABASE = /^\s*(?:postgres|sqlite|mysql|mariadb|mssql|mongodb)[+\w]*:/i;

// Asked for every workload by several rules, and the same for all of an audit.
const urlNames = new WeakMap<AuditContext, ReadonlySet<string>>();

/** Every variable of the fleet that holds a URL, and the two that hold one everywhere. */
export function urlVariables(context: AuditContext): ReadonlySet<string> {
  const known = urlNames.get(context);
  if (known !== undefined) return known;
  const names = namesOf(context);
  urlNames.set(context, names);
  return names;
}

function namesOf({ fleet }: AuditContext): ReadonlySet<string> {
  const own = fleet.flatMap(({ urlVariable, migrateUrlVariable }) => [
    urlVariable,
    migrateUrlVariable,
  ]);
  return new Set(['DATABASE_URL', 'FP_ADMIN_URL', ...own]);
}

const urlsOf = new WeakMap<Subject, readonly WrittenUrl[]>();

/** The connection strings that a workload gets as plain text. */
export function writtenUrls(subject: Subject, context: AuditContext): readonly WrittenUrl[] {
  const known = urlsOf.get(subject);
  if (known !== undefined) return known;
  const urls = findUrls(subject, context);
  urlsOf.set(subject, urls);
  return urls;
}

function findUrls({ workload }: Subject, context: AuditContext): WrittenUrl[] {
  const names = urlVariables(context);
  return workload.variables.flatMap((variable) => {
    const { name, source } = variable;
    if (source.kind !== 'literal' || isHole(source.text.value)) return [];
    const meant = names.has(name) || URL_OF_DATABASE.test(source.text.value);
    return meant ? [{ variable, text: source.text }] : [];
  });
}

/** What the service, or `fp`, would say of it at its start. */
export function judged(
  { text, variable }: WrittenUrl,
  { workload, role }: Subject,
  { manifest }: AuditContext,
): UrlProblem[] {
  const production = workload.platform !== 'compose';
  const strict = role === 'migration' ? 'tool' : 'service-production';
  const { problems } = parseDatabaseUrl(filled(text.value, FILLING), {
    audience: production ? strict : 'service-development',
    allowLoopback: workload.proxy !== null || workload.sidecars.some(isProxy),
    variable: variable.name,
    // Ours refuse the suffix of a Python driver; where no manifest says what runs, it may be Python.
    acceptSqlalchemy: manifest === null,
  });
  return problems;
}

function isProxy(image: string): boolean {
  return /proxy|pgbouncer/.test(image);
}

interface UrlProblem {
  readonly code: string;
  readonly reason: string;
  readonly hint: string;
}

/** The user, the host and the socket of a URL; undefined where it cannot be read. */
export function targetOf({ text }: Pick<WrittenUrl, 'text'>): DatabaseTarget | undefined {
  return parseDatabaseUrl(filled(text.value, FILLING), {
    audience: 'service-development',
    allowLoopback: true,
    variable: 'DATABASE_URL',
  }).target;
}

/** Where the URL leads, as far as it is written: for two services that share one. */
export function placeOfUrl(url: WrittenUrl): string | null {
  const target = targetOf(url);
  // Behind the password everything must be known.
  const rest = url.text.value.slice(url.text.value.lastIndexOf('@') + 1);
  if (target === undefined || !isKnown(rest)) return null;
  return `${target.host}:${target.port}/${target.database}`;
}

/** A password that anybody can read in the file. */
export function hasWrittenPassword(value: string): boolean {
  const userinfo = /^[^:/?#]*:\/\/([^/?#]*)@/.exec(value)?.[1];
  const at = userinfo?.indexOf(':') ?? -1;
  if (userinfo === undefined || at < 0) return false;
  const password = userinfo.slice(at + 1);
  return filled(password, '') !== '';
}
