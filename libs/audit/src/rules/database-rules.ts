import { snakeName } from '@fusion-prime/kernel';
import type { AuditContext } from '../context.js';
import { type Finding, finding } from '../finding.js';
import type { Place } from '../model.js';
import type { Subject } from '../subject.js';
import { isKnown } from '../text/holes.js';
import type { AuditModel, Judge } from './judge.js';
import { ownersOf } from './secret-owners.js';
import { references } from './secret-rules.js';
import { placeOfUrl, targetOf, writtenUrls } from './urls.js';

/** Each service its own database, and as the role that reads and writes rows. */
export const judgeDatabases: Judge = (model, context) => [
  ...shared(model, context),
  ...model.subjects.flatMap((subject) => owners(subject, context)),
  ...model.subjects.flatMap((subject) => strangers(subject, context)),
];

/** What stands for a database: a place in a URL, or the secret that holds one. */
function databasesOf(subject: Subject, context: AuditContext): { key: string; place: Place }[] {
  const urls = writtenUrls(subject, context).flatMap((url) => {
    const place = placeOfUrl(url);
    return place === null ? [] : [{ key: `database ${place}`, place: url.text.place }];
  });
  const secrets = references(subject).flatMap(({ secret, variable }) => {
    const { name, key } = secret;
    if (variable === null || !/DATABASE_URL$/.test(variable) || name === null) return [];
    const part = subject.workload.platform === 'kubernetes' ? `, key ${key?.value ?? ''}` : '';
    return isKnown(name.value) ? [{ key: `secret ${name.value}${part}`, place: name.place }] : [];
  });
  return [...urls, ...secrets];
}

function shared({ subjects }: AuditModel, context: AuditContext): Finding[] {
  const first = new Map<string, Subject>();
  const services = subjects.filter(({ role }) => role === 'service');
  return services.flatMap((subject) =>
    databasesOf(subject, context).flatMap(({ key, place }) => {
      const { target, name } = subject.workload;
      const before = first.get(`${target} ${key}`);
      if (before === undefined) first.set(`${target} ${key}`, subject);
      if (before === undefined || before.fleet === subject.fleet) return [];
      const message = `${name} and ${before.workload.name} use the same ${key}`;
      return [finding('FP-SQL-006', place, message)];
    }),
  );
}

/** A URL that names what the fleet file says is another service's: its database, or its role. */
function strangers(subject: Subject, context: AuditContext): Finding[] {
  const { fleet: own, role, workload } = subject;
  if (role !== 'service' || own === null) return [];
  const others = context.fleet.filter(({ name }) => name !== own.name);
  return writtenUrls(subject, context).flatMap((url) => {
    const { database, user = '' } = targetOf(url) ?? {};
    const host = others.find((one) => one.database === database && database !== own.database);
    const whose =
      host ?? others.find(({ name }) => isRoleOf(name, user) && !isRoleOf(own.name, user));
    if (whose === undefined) return [];
    const what = host === undefined ? `as ${user}` : `to ${host.database}`;
    const message = `${workload.name} connects ${what}, which is ${whose.name}'s`;
    return [finding('FP-SQL-006', url.text.place, message)];
  });
}

/** `risk_engine_app` is a role of risk-engine. */
function isRoleOf(service: string, user: string): boolean {
  return user.startsWith(`${snakeName(service)}_`);
}

const OWNER = /(?:^|[_-])owner$|^(?:postgres|cloudsqladmin|cloudsqlsuperuser|root|admin)$/;
// Where no facts tell, a secret's name does.
const OWNERS_SECRET = /(?:^|[-_])(?:owner|migrate|migrations?|admin)(?:[-_]|$)/;

function owners(subject: Subject, context: AuditContext): Finding[] {
  const { workload, role, environment } = subject;
  if (role !== 'service') return [];
  const roles = writtenUrls(subject, context).flatMap((url) => {
    const user = targetOf(url)?.user ?? '';
    if (!OWNER.test(user)) return [];
    const message = `${workload.name} connects as ${user}, which may change the schema`;
    return [finding('FP-SQL-009', url.text.place, message)];
  });
  const secrets = references(subject).flatMap(({ secret: { name } }) => {
    if (name === null || !isKnown(name.value)) return [];
    const owner =
      environment === null
        ? OWNERS_SECRET.test(name.value)
        : ownersOf(environment, name.value).some(({ kind }) => kind === 'migrate');
    if (!owner) return [];
    const message = `${workload.name} gets ${name.value}, which is for migrations`;
    return [finding('FP-SQL-009', name.place, message)];
  });
  const migrateVariables = new Set(
    context.fleet
      .filter(({ urlVariable, migrateUrlVariable }) => urlVariable !== migrateUrlVariable)
      .flatMap(({ migrateUrlVariable: name }) => [name, `${name}_FILE`]),
  );
  const variables = workload.variables
    .filter(({ name }) => migrateVariables.has(name))
    .map(({ name, place }) =>
      finding('FP-SQL-009', place, `${workload.name} gets ${name}, which is for migrations`),
    );
  return [...roles, ...secrets, ...variables];
}
