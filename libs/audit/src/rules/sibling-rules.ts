import { type Finding, finding } from '../finding.js';
import type { Place, Workload } from '../model.js';
import type { Subject } from '../subject.js';
import { shown } from '../text/holes.js';
import type { AuditModel, Judge } from './judge.js';

/** One thing that services of a target have in common. */
interface Trait {
  readonly name: string;
  readonly value: string;
  readonly place: Place;
}

// Two that agree against one prove nothing.
const FEWEST = 3;
const COMMAND = 'the command';

/**
 * The services of one target are made alike; where all of them agree and one does not, that one was edited
 * by hand. Names of services do not count as differences.
 */
export const judgeSiblings: Judge = ({ subjects }: AuditModel) => {
  const services = subjects.filter(
    ({ role, manifest, workload }) =>
      role === 'service' && manifest !== null && workload.how === 'whole',
  );
  const targets = new Set(services.map(({ workload }) => workload.target));
  return [...targets].flatMap((target) =>
    ofTarget(services.filter(({ workload }) => workload.target === target)),
  );
};

function ofTarget(services: readonly Subject[]): Finding[] {
  if (services.length < FEWEST) return [];
  const traits = services.map((subject) => ({ subject, traits: traitsOf(subject) }));
  const names = new Set(traits.flatMap((one) => one.traits.map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const values = traits
      .filter(({ subject }) => concerns(subject, name, services))
      .map(({ subject, traits: own }) => ({
        subject,
        trait: own.find((one) => one.name === name),
      }));
    if (values.length < FEWEST) return [];
    const counts = new Map<string | undefined, number>();
    for (const { trait } of values) counts.set(trait?.value, (counts.get(trait?.value) ?? 0) + 1);
    const usual = [...counts].find(([, count]) => count === values.length - 1)?.[0];
    const odd = values.find(({ trait }) => trait?.value !== usual);
    const agreed = [...counts.values()].includes(values.length - 1) && counts.size === 2;
    if (!agreed || odd === undefined) return [];
    return [differs(name, odd, usual)];
  });
}

/** A variable concerns those alone whose code reads it: a key that one service has is no odd one out. */
function concerns(subject: Subject, name: string, services: readonly Subject[]): boolean {
  const reads = ({ manifest }: Subject): boolean =>
    manifest?.variables.some((variable) => variable.name === name) === true;
  return reads(subject) || !services.some(reads);
}

function differs(
  name: string,
  { subject, trait }: { subject: Subject; trait: Trait | undefined },
  usual: string | undefined,
): Finding {
  const { workload } = subject;
  const message = `${name} of ${workload.name} ${difference(name, trait, usual)}`;
  return finding(
    'FP-GEN-002',
    trait?.place ?? workload.place,
    message,
    'Wire it as the others are.',
  );
}

/** A command may hold what nobody may read, so it is not shown. */
function difference(name: string, trait: Trait | undefined, usual: string | undefined): string {
  if (trait === undefined) return 'is not there, and is everywhere else';
  if (usual === undefined) return 'is there, and nowhere else';
  if (name === COMMAND) return 'is another one than everywhere else';
  return `is ${shown(trait.value)}, and is ${shown(usual)} everywhere else`;
}

function traitsOf({ workload, fleet, manifest, facts }: Subject): Trait[] {
  const own = [fleet?.name, facts?.deployedAs, workload.name].filter((name) => name !== undefined);
  const plain = (value: string): string => withoutNames(value, own);
  const files = new Set(
    manifest?.variables.flatMap(({ name, form }) => (form === 'file' ? [name] : [])),
  );
  return [
    ...commandTrait(workload, plain),
    ...workload.variables.flatMap(({ name, place, source }): Trait[] =>
      source.kind === 'literal' && files.has(name)
        ? [{ name, value: plain(source.text.value), place }]
        : [],
    ),
    ...workload.ports.map(({ number, name }) => ({
      name: 'the port',
      value: `${name} ${number.value}`,
      place: number.place,
    })),
    ...probeTraits(workload),
    ...graceTraits(workload),
  ];
}

function commandTrait({ command }: Workload, plain: (value: string) => string): Trait[] {
  const [first] = command;
  if (first === undefined) return [];
  const value = plain(command.map((word) => word.value).join(' '));
  return [{ name: COMMAND, value, place: first.place }];
}

function probeTraits({ probes, platform }: Workload): Trait[] {
  // Compose's check is a command, which has rules of its own.
  if (platform === 'compose') return [];
  return Object.entries(probes).flatMap(([which, probe]) =>
    [...(probe?.timing ?? [])].map(([key, text]) => ({
      name: `${key} of the ${which} probe`,
      value: text.value,
      place: text.place,
    })),
  );
}

function graceTraits({ graceSeconds, preStopSeconds, place, variables }: Workload): Trait[] {
  const shutdown = variables.find(({ name }) => name === 'SHUTDOWN_GRACE_MS');
  const said = shutdown?.source.kind === 'literal' ? shutdown.source.text : null;
  return [
    ...(graceSeconds === null
      ? []
      : [{ name: 'the grace period', value: graceSeconds.value, place: graceSeconds.place }]),
    ...(said === null ? [] : [{ name: 'SHUTDOWN_GRACE_MS', value: said.value, place: said.place }]),
    { name: 'the wait before the signal', value: `${preStopSeconds} s`, place },
  ];
}

function withoutNames(value: string, names: readonly string[]): string {
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((text, name) => text.replaceAll(name, 'SERVICE'), value);
}
