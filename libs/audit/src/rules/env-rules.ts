import { nearestName } from '@fusion-prime/database/connection';
import type { AuditContext } from '../context.js';
import { type Finding, finding } from '../finding.js';
import type { FleetName } from '../fleet-names.js';
import type { Text } from '../model.js';
import { isOpen, literalOf, type Subject, variablesNamed } from '../subject.js';
import { isKnown, shown } from '../text/holes.js';
import { commandOfFp } from './fp-command.js';
import type { Judge } from './judge.js';
import { hasWrittenPassword, writtenUrls } from './urls.js';

/** What is wrong with the variables of services and of migrations. */
export const judgeVariables: Judge = ({ subjects }, context) =>
  subjects.flatMap((subject) => [
    ...missingUrl(subject, context),
    ...missingMigrateUrls(subject, context),
    ...writtenPasswords(subject, context),
    ...unknownNames(subject, context),
    ...notProduction(subject, context),
    ...twice(subject),
    ...removals(subject, context),
  ]);

/** The variables, of which a service needs one. */
function urlNames({ fleet }: Subject, own: boolean): string[] {
  const names = ['DATABASE_URL', ...(own || fleet === null ? [] : [fleet.urlVariable])];
  return names.flatMap((name) => [name, `${name}_FILE`]);
}

function missingUrl(subject: Subject, { manifest }: AuditContext): Finding[] {
  const { workload, role } = subject;
  if (role !== 'service' || workload.how === 'change' || isOpen(workload)) return [];
  if (variablesNamed(workload, ...urlNames(subject, manifest !== null)).length > 0) return [];
  return [finding('FP-ENV-001', workload.place, `${workload.name} gets no DATABASE_URL`)];
}

/** `fp migrate up` needs the owner's URL of every database that it is about, `fp databases create` both. */
function missingMigrateUrls({ workload }: Subject, { fleet }: AuditContext): Finding[] {
  const does = commandOfFp(workload.command);
  if (workload.how === 'change' || isOpen(workload)) return [];
  if (does !== 'migrate up' && does !== 'databases create') return [];
  const isThere = (name: string): boolean =>
    variablesNamed(workload, name, `${name}_FILE`).length > 0;
  const creates = does === 'databases create';
  const admin =
    creates && !isThere('FP_ADMIN_URL') && !workload.command.some(isAdminOption)
      ? [finding('FP-ENV-001', workload.place, `${workload.name} gets no FP_ADMIN_URL`)]
      : [];
  return admin.concat(
    chosen(workload.command, fleet).flatMap(({ name, urlVariable, migrateUrlVariable }) => {
      const needed = creates ? [urlVariable, migrateUrlVariable] : [migrateUrlVariable];
      const missing = needed.filter((one) => !isThere(one));
      if (missing.length === 0) return [];
      const message = `${workload.name} gets no ${missing.join(' and no ')}, so it cannot reach ${name}`;
      return [finding('FP-ENV-001', workload.place, message, `Give it the secrets of ${name}.`)];
    }),
  );
}

function isAdminOption({ value }: Text): boolean {
  return value.startsWith('--admin-url-variable');
}

/** The databases that `--only` and `--skip` leave. */
export function chosen(command: readonly Text[], fleet: readonly FleetName[]): FleetName[] {
  const said = (flag: string): string[] =>
    command.flatMap(({ value }, index) => {
      if (value.startsWith(`${flag}=`)) return value.slice(flag.length + 1).split(',');
      return value === flag ? (command[index + 1]?.value ?? '').split(',') : [];
    });
  const only = said('--only');
  const skip = said('--skip');
  return fleet.filter(
    ({ name }) => (only.length === 0 || only.includes(name)) && !skip.includes(name),
  );
}

function writtenPasswords(subject: Subject, context: AuditContext): Finding[] {
  return writtenUrls(subject, context).flatMap(({ variable, text }) =>
    hasWrittenPassword(text.value)
      ? [
          finding(
            'FP-ENV-002',
            text.place,
            `${variable.name} of ${subject.workload.name} holds a password that anybody can read here`,
          ),
        ]
      : [],
  );
}

// Read by Node.js, by the platform or by libraries, not by our code.
const OF_EVERYBODY =
  /^(?:TZ|LANG|HOME|HOSTNAME|NO_COLOR|FORCE_COLOR|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|PGSSLROOTCERT|K_\w+|GOOGLE_\w+|OTEL_\w+|(?:HTTPS?|NO)_PROXY)$/i;
const OF_FP = ['NODE_ENV', 'FP_ENV', 'GIT_SHA', 'FP_ADMIN_URL', 'FP_ADMIN_URL_FILE', 'SHADOW_URL'];

function unknownNames(subject: Subject, context: AuditContext): Finding[] {
  const known = knownNames(subject, context);
  if (known === null) return [];
  const { workload } = subject;
  return workload.variables.flatMap(({ name, place }) => {
    if (name === '*' || known.includes(name) || OF_EVERYBODY.test(name)) return [];
    const nearest = nearestName(name, known) ?? '';
    // A password with a comma in it looks like the next variable.
    const said = /^[\w.-]+$/.test(name) ? name : 'what is no name';
    const message = `nothing in ${workload.name} reads ${said}; the nearest that is read is ${nearest}`;
    return [finding('FP-ENV-005', place, message)];
  });
}

function knownNames({ role, manifest }: Subject, context: AuditContext): string[] | null {
  if (role === 'service') return manifest?.variables.map(({ name }) => name) ?? null;
  if (role !== 'migration' || context.manifest === null) return null;
  const urls = context.fleet.flatMap(({ urlVariable, migrateUrlVariable }) => [
    urlVariable,
    migrateUrlVariable,
  ]);
  return [...OF_FP, ...urls.flatMap((name) => [name, `${name}_FILE`])];
}

function notProduction({ workload, role }: Subject, { manifest }: AuditContext): Finding[] {
  const { platform, how, name, place } = workload;
  if (platform === 'compose' || role === 'other') return [];
  const said = literalOf(workload, 'NODE_ENV');
  if (said === null) {
    // What is changed keeps it, what is not shown may say it, and not everybody's services run on Node.js.
    if (how === 'change' || isOpen(workload) || manifest === null) return [];
    return [finding('FP-ENV-006', place, `${name} does not say NODE_ENV=production`)];
  }
  if (said.value === 'production' || !isKnown(said.value)) return [];
  return [finding('FP-ENV-006', said.place, `${name} runs with NODE_ENV=${said.value}`)];
}

function twice(subject: Subject): Finding[] {
  const { workload, manifest } = subject;
  const seen = new Set<string>();
  const repeated = workload.variables.filter(({ name }) => {
    const again = seen.has(name) && name !== '*';
    seen.add(name);
    return again;
  });
  const groups = manifest?.variables.flatMap(({ oneOf }) => (oneOf === undefined ? [] : [oneOf]));
  const pairs = [['DATABASE_URL', 'DATABASE_URL_FILE'], ...(groups ?? [])];
  const exclusive = new Set(pairs.map((names) => [...names].sort().join(' ')));
  const both = [...exclusive].flatMap((names) => {
    const [, second] = variablesNamed(workload, ...names.split(' '));
    return second === undefined || repeated.includes(second) ? [] : [{ names, second }];
  });
  return [
    ...repeated.map(({ name, place }) =>
      finding('FP-ENV-007', place, `${workload.name} gets ${name} twice`),
    ),
    ...both.map(({ names, second }) =>
      finding(
        'FP-ENV-007',
        second.place,
        `${workload.name} gets ${names.replaceAll(' ', ' and ')}: one of them must be alone`,
      ),
    ),
  ];
}

/** Flags that take away what a service needs; those about instances are FP-SQL-008. */
function removals({ workload, role, manifest }: Subject, context: AuditContext): Finding[] {
  if (role === 'other') return [];
  const needed = new Set([
    ...context.fleet.flatMap(({ urlVariable, migrateUrlVariable }) => [
      urlVariable,
      migrateUrlVariable,
    ]),
    ...['DATABASE_URL', 'DATABASE_URL_FILE'],
    ...(manifest?.variables.map(({ name }) => name) ?? []),
  ]);
  return workload.removals.flatMap(({ flag, names, place }) => {
    if (!/-(?:env-vars|secrets|env-vars-file)$/.test(flag)) return [];
    const lost = names.filter((name) => needed.has(name));
    if (flag.startsWith('--remove-') && lost.length === 0) return [];
    const what = lost.length > 0 ? lost.map(shown).join(', ') : 'everything that it does not name';
    return [finding('FP-ENV-009', place, `${flag} takes ${what} away from ${workload.name}`)];
  });
}
