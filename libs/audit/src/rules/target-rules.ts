import type { AuditContext } from '../context.js';
import type { DeploymentFacts, ServiceFacts } from '../facts.js';
import { type Finding, finding } from '../finding.js';
import type { Text, Workload } from '../model.js';
import { isOpen, literalOf, type Subject, variablesNamed } from '../subject.js';
import { isKnown, shown } from '../text/holes.js';
import { flagOf } from '../shell/flag.js';
import { commandOfFp, environmentOf } from './fp-command.js';
import type { AuditModel, Judge } from './judge.js';

/** Every target wires what the code reads, as the facts say it. */
export const judgeTargets: Judge = (model, context) => [
  ...model.subjects.flatMap((subject) => [
    ...missingVariables(subject),
    ...notToldHere(subject),
    ...choices(subject),
    ...environments(subject, context),
    ...otherThanFacts(subject),
    ...scaling(subject),
  ]),
  ...missingFromSet(model, context),
  ...unequalPools(model),
  ...otherEnvironments(model),
];

function missingVariables({ workload, role, manifest }: Subject): Finding[] {
  if (role !== 'service' || manifest === null || workload.how === 'change' || isOpen(workload)) {
    return [];
  }
  const wanted = manifest.variables.filter(
    ({ required, name, oneOf }) => required && ![name, ...(oneOf ?? [])].includes('DATABASE_URL'),
  );
  const groups = new Map(
    wanted.map(({ name, oneOf }) => {
      const names = oneOf ?? [name];
      return [[...names].sort().join(' or '), names] as const;
    }),
  );
  const missing = [...groups].flatMap(([words, names]) =>
    variablesNamed(workload, ...names).length > 0 ? [] : [words],
  );
  if (missing.length === 0) return [];
  const message = `${workload.name} lacks ${missing.join(', ')}, which its code requires`;
  return [finding('FP-GEN-002', workload.place, message)];
}

/** A variable that comes from an object which the files do not bring. */
function notToldHere({ workload, role }: Subject): Finding[] {
  if (role === 'other') return [];
  return workload.variables.flatMap(({ name, place, source }) => {
    if (source.kind !== 'unknown' || source.missing !== true) return [];
    const which = name === '*' ? 'variables' : name;
    return [finding('FP-GEN-002', place, `${which} of ${workload.name} ${source.reason}`)];
  });
}

function choices({ workload, manifest }: Subject): Finding[] {
  return (manifest?.variables ?? []).flatMap(({ name, form, choices: allowed }) => {
    const text = literalOf(workload, name);
    const words = form === 'boolean' ? ['true', 'false', '1', '0'] : allowed;
    if (words === undefined || text === null || !isKnown(text.value)) return [];
    if (words.includes(text.value)) return [];
    const message = `${name} of ${workload.name} is ${text.value}`;
    return [finding('FP-GEN-002', text.place, message, `One of ${words.join(', ')}.`)];
  });
}

const UNNAMED = ['development', 'test'];

/** FP_ENV is compared with what the database was made for, so it must name an environment that is there. */
function environments(subject: Subject, { facts }: AuditContext): Finding[] {
  const { workload, role, environment } = subject;
  const { platform, name, place, how } = workload;
  const said = literalOf(workload, 'FP_ENV');
  const ofFp = commandOfFp(workload.command) !== null && flagOf(workload.command, '--env') !== null;
  if (platform === 'compose' && (role !== 'other' || ofFp)) {
    return ofCompose(workload, said ?? environmentOf(subject));
  }
  if (role === 'other') return [];
  if (facts.length === 0 || how === 'change' || isOpen(workload)) return [];
  if (said === null) {
    // `fp` is told with --env.
    if (role === 'migration') return [];
    return [
      finding('FP-GEN-002', place, `${name} does not say which environment it is in: FP_ENV`),
    ];
  }
  if (environment !== null || !isKnown(said.value)) return [];
  const names = facts.map((one) => one.environment).join(', ');
  const message = `FP_ENV of ${name} is ${said.value}, of which no facts tell`;
  return [finding('FP-GEN-002', said.place, message, `One of ${names}.`)];
}

/** Without NODE_ENV=development a service refuses the development's TCP without TLS. */
function ofCompose(workload: Workload, said: Text | null): Finding[] {
  if (said === null || !UNNAMED.includes(said.value)) return [];
  const node = literalOf(workload, 'NODE_ENV');
  if (node !== null && (UNNAMED.includes(node.value) || !isKnown(node.value))) return [];
  const message = `${workload.name} is in ${said.value}, and in production by NODE_ENV`;
  return [finding('FP-GEN-002', node?.place ?? said.place, message, `NODE_ENV=${said.value}`)];
}

function otherThanFacts({ workload, role, manifest, environment, facts }: Subject): Finding[] {
  if (environment === null || facts === null || role !== 'service' || manifest === null) return [];
  if (workload.how === 'change') return [];
  const known = new Map(manifest.variables.map((one) => [one.name, one]));
  const expected = [...expectedLiterals(environment, facts)].filter(([name]) => known.has(name));
  const absent = expected.filter(
    ([name]) =>
      !isOpen(workload) &&
      variablesNamed(workload, name).length === 0 &&
      known.get(name)?.required === false,
  );
  return [
    ...deployedName(workload, environment, facts),
    ...expected.flatMap(([name, value]) => otherLiteral(workload, name, value)),
    ...(absent.length === 0 ? [] : [lacking(workload, absent)]),
  ];
}

/** What the code requires has been named already. */
function lacking({ name, place }: Workload, absent: readonly [string, string][]): Finding {
  const pairs = absent.map(([variable, value]) => `${variable}=${value}`);
  return finding('FP-GEN-002', place, `${name} lacks ${pairs.join(', ')}, which the facts say`);
}

function deployedName(
  { name, place }: Workload,
  { environment }: DeploymentFacts,
  { deployedAs }: ServiceFacts,
): Finding[] {
  if (name === deployedAs || !isKnown(name)) return [];
  const message = `${name} is called ${deployedAs} in ${environment}`;
  return [finding('FP-GEN-002', place, message, deployedAs)];
}

function expectedLiterals(
  environment: DeploymentFacts,
  facts: ServiceFacts,
): ReadonlyMap<string, string> {
  return new Map([
    ...Object.entries(environment.variables),
    ...Object.entries(facts.variables),
    ['DB_POOL_SIZE', String(facts.poolSize)],
    ['DB_MAX_OVERFLOW', String(facts.maxOverflow)],
  ]);
}

function otherLiteral(workload: Workload, name: string, value: string): Finding[] {
  const text = literalOf(workload, name);
  if (text === null || text.value === value || !isKnown(text.value)) return [];
  const message = `${name} of ${workload.name} is ${shown(text.value)}; the facts say ${value}`;
  return [finding('FP-GEN-002', text.place, message, `${name}=${value}`)];
}

function scaling({ workload, role, facts }: Subject): Finding[] {
  if (role !== 'service' || facts === null || workload.how === 'change') return [];
  const { platform, name, place, maxInstances, maxInstancesOfAll, minInstances } = workload;
  const expected: [string, Text | null, number][] = [
    ['most instances', maxInstances, facts.maxInstances],
  ];
  if (platform === 'cloud-run') {
    expected.push(['fewest instances', minInstances, facts.minInstances]);
    if (maxInstancesOfAll !== null) {
      expected.push(['most instances of all versions', maxInstancesOfAll, facts.maxInstances]);
    }
  }
  const other = expected.filter(
    ([, text, count]) => text?.value !== String(count) && (text === null || isKnown(text.value)),
  );
  const [first] = other;
  if (first === undefined) return [];
  const said = other.map(
    ([what, text, count]) => `${what} ${text?.value ?? 'not told'}, not ${count}`,
  );
  const message = `${name} differs from the facts: ${said.join('; ')}`;
  return [finding('FP-GEN-002', first[1]?.place ?? place, message)];
}

/** Objects and containers that are started together are the whole fleet, or a part that somebody forgot. */
function missingFromSet(
  { subjects, clusters, projects }: AuditModel,
  context: AuditContext,
): Finding[] {
  const sets = [...clusters.filter(({ whole }) => whole), ...projects];
  return sets.flatMap(({ target, place }) => {
    const members = subjects.filter(
      ({ workload, role }) => workload.target === target && role === 'service',
    );
    const there = new Set(members.map(({ fleet }) => fleet?.name));
    if (there.size < 2) return [];
    return context.fleet
      .filter(({ name }) => !there.has(name))
      .map(({ name }) =>
        finding('FP-CB-005', place, `${name} is not among the services of ${target}`),
      );
  });
}

/** What the databases are made for, and what their services believe. */
function otherEnvironments({ subjects, projects }: AuditModel): Finding[] {
  return projects.flatMap(({ target }) => {
    const members = subjects.filter(({ workload }) => workload.target === target);
    const maker = members.find(
      ({ workload }) => commandOfFp(workload.command) === 'databases create',
    );
    const made = maker === undefined ? null : environmentOf(maker);
    if (made === null || !isKnown(made.value)) return [];
    return members.flatMap((subject) => {
      const { workload, role, manifest } = subject;
      const said =
        role === 'service'
          ? literalOf(workload, 'FP_ENV')
          : role === 'migration'
            ? environmentOf(subject)
            : made;
      const unknown = said === null && (manifest === null || isOpen(workload));
      if (unknown || said?.value === made.value || (said !== null && !isKnown(said.value)))
        return [];
      const believes = said === null ? 'does not say where it is' : `is in ${said.value}`;
      const message = `${workload.name} ${believes}, and its database is made for ${made.value}`;
      return [
        finding('FP-GEN-002', said?.place ?? workload.place, message, `FP_ENV=${made.value}`),
      ];
    });
  });
}

/** A pool that is sized in one target and left to its default in another. */
function unequalPools({ subjects }: AuditModel): Finding[] {
  const whole = subjects.filter(
    ({ workload, role, manifest }) =>
      role === 'service' && manifest !== null && workload.how === 'whole' && !isOpen(workload),
  );
  return whole.flatMap(({ workload, fleet }) => {
    const others = whole.filter(
      (one) => one.fleet === fleet && one.workload.target !== workload.target,
    );
    const names = new Set(
      others.flatMap((one) =>
        one.workload.variables.flatMap(({ name }) => (/^DB_(?:POOL|MAX)/.test(name) ? [name] : [])),
      ),
    );
    return [...names]
      .filter((name) => variablesNamed(workload, name).length === 0)
      .map((name) =>
        finding(
          'FP-GEN-002',
          workload.place,
          `${workload.name} leaves ${name} to its default, and elsewhere it is said`,
          `Say ${name}.`,
        ),
      );
  });
}
