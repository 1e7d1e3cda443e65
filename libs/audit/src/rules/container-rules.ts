import { type Finding, finding } from '../finding.js';
import type { ImageFile, Text, Workload } from '../model.js';
import type { Subject } from '../subject.js';
import { isHole, isKnown, shown } from '../text/holes.js';
import type { AuditModel, Judge } from './judge.js';

/** What containers may do, and whether anybody knows what is in them. */
export const judgeContainers: Judge = ({ subjects, images, projects }: AuditModel) => [
  ...images.flatMap(ofImage),
  ...subjects.flatMap(ofSubject),
  ...projects.flatMap(({ services }) =>
    services.flatMap(({ privileged, user, workload, place }) => [
      ...(privileged ? [finding('FP-CTR-001', place, `${workload.name} is privileged`)] : []),
      ...(isRoot(user)
        ? [finding('FP-CTR-001', user?.place ?? place, `${workload.name} runs as root`)]
        : []),
    ]),
  ),
];

function isRoot(user: Text | null): boolean {
  return user !== null && /^(?:root|0)(?::|$)/.test(user.value);
}

function ofImage({ place, user, bases, command }: ImageFile): Finding[] {
  const latest = bases
    .filter(isLatest)
    .map((base) =>
      finding('FP-CTR-001', base.place, `the base ${shown(base.value)} is whatever is newest`),
    );
  const migrates = command.some(({ value }) => value === 'migrate');
  return [
    ...latest,
    ...(user === null
      ? [finding('FP-CTR-001', place, 'the image runs as root: its last stage has no USER')]
      : []),
    ...(isRoot(user)
      ? [finding('FP-CTR-001', user?.place ?? place, 'the image runs as root')]
      : []),
    ...(migrates
      ? [
          finding(
            'FP-MIG-002',
            command[0]?.place ?? place,
            'every container of the image migrates when it starts',
          ),
        ]
      : []),
  ];
}

/** No tag is `latest`; a digest is exact; `scratch` is nothing at all. */
function isLatest({ value }: Text): boolean {
  if (value === 'scratch' || isHole(value) || value.includes('@')) return false;
  const name = value.slice(value.lastIndexOf('/') + 1);
  const tag = name.includes(':') ? name.slice(name.indexOf(':') + 1) : '';
  return tag === 'latest' || (tag === '' && isKnown(name));
}

function ofSubject({ workload, role }: Subject): Finding[] {
  if (role === 'other' && workload.platform !== 'compose') return [];
  const { image, name, place, how } = workload;
  const latest =
    image !== null && how === 'whole' && isLatest(image)
      ? [
          finding(
            'FP-CTR-001',
            image.place,
            `${name} runs ${shown(image.value)}, whatever that is today`,
          ),
        ]
      : [];
  return [
    ...latest,
    ...confined(workload),
    // gcloud may build it from the source, and compose says `build`.
    ...(image === null && workload.confinement !== null
      ? [finding('FP-CTR-001', place, `${name} names no image`)]
      : []),
  ];
}

/** Kubernetes allows everything that nobody forbids. */
function confined({ confinement, name, platform }: Workload): Finding[] {
  if (confinement === null || platform !== 'kubernetes') return [];
  const { place, nonRoot, readOnlyRoot, privileged, limits } = confinement;
  const wrong = (what: string, mend: string): Finding =>
    finding('FP-CTR-001', place, `${name} ${what}`, mend);
  return [
    ...(nonRoot ? [] : [wrong('may run as root', 'runAsNonRoot: true')]),
    ...(readOnlyRoot ? [] : [wrong('may change its own program', 'readOnlyRootFilesystem: true')]),
    ...(privileged ? [wrong('may become more than it is', 'allowPrivilegeEscalation: false')] : []),
    ...(limits ? [] : [wrong('has no limit of memory', 'resources.limits.memory')]),
  ];
}
