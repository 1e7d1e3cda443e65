import { type Finding, finding } from '../finding.js';
import type { Mount, Text, Variable, Workload } from '../model.js';
import type { AuditContext } from '../context.js';
import { isOpen, type Subject } from '../subject.js';
import { isKnown } from '../text/holes.js';
import { awaited } from './compose-order.js';
import { flagOf } from '../shell/flag.js';
import { commandOfFp } from './fp-command.js';
import type { AuditModel, Judge } from './judge.js';
import { strangerIn } from './secret-owners.js';
import { urlVariables } from './urls.js';

/** A variable that names a file is worth as much as the file: it must be mounted, and be the service's own. */
export const judgeMounts: Judge = (model, context) =>
  model.subjects
    .flatMap((subject) =>
      fileVariables(subject, context).flatMap(({ variable, text }) => [
        ...notMounted(subject, variable, text),
        ...nobodyWrites(subject, { variable, text }, model),
        ...ofAnother(subject, { variable, text }, context),
      ]),
    )
    .concat(fleetFiles(model, context));

interface FileVariable {
  readonly variable: Variable;
  readonly text: Text;
}

function fileVariables(
  { workload, manifest, role }: Subject,
  context: AuditContext,
): FileVariable[] {
  const files = new Set(
    manifest?.variables.flatMap(({ name, form }) => (form === 'file' ? [name] : [])),
  );
  const urls = urlVariables(context);
  return workload.variables.flatMap((variable) => {
    const { name, source } = variable;
    const ofUrl = name.endsWith('_FILE') && urls.has(name.slice(0, -'_FILE'.length));
    const ofServer = role === 'other' && /^POSTGRES_\w+_FILE$/.test(name);
    if (!files.has(name) && !ofUrl && !ofServer) return [];
    return source.kind === 'literal' ? [{ variable, text: source.text }] : [];
  });
}

function notMounted({ workload }: Subject, { name }: Variable, text: Text): Finding[] {
  if (!isKnown(text.value) || isOpen(workload) || workload.how === 'change') return [];
  const secret = workload.secretFiles.some(({ path }) => isFile(path, text.value));
  // Where a secret is mounted file by file, its other files are not there.
  const mounted =
    workload.platform === 'compose' && mountOf(text.value, workload.mounts) !== undefined;
  if (secret || mounted) return [];
  // What is no path may be the secret itself.
  const path = text.value.startsWith('/') ? text.value : 'no path';
  const message = `${name} of ${workload.name} names ${path}, where nothing is mounted`;
  return [finding('FP-SEC-001', text.place, message, 'Mount the secret there.')];
}

function isFile(path: string, file: string): boolean {
  if (!path.endsWith('/*')) return path === file;
  const folder = path.slice(0, -1);
  return file.startsWith(folder) && !file.slice(folder.length).includes('/');
}

/** The mount that a path lies in: the innermost. */
function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts
    .filter((mount) => path === mount.path || path.startsWith(`${mount.path.replace(/\/$/, '')}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** A volume that everybody reads must be filled, by a step that has ended before. */
function nobodyWrites(
  { workload }: Subject,
  { variable, text }: FileVariable,
  model: AuditModel,
): Finding[] {
  if (workload.platform !== 'compose') return [];
  const mount = mountOf(text.value, workload.mounts);
  const project = model.projects.find(({ target }) => target === workload.target);
  const own = project?.services.find((one) => one.workload === workload);
  if (mount?.kind !== 'volume' || project === undefined || own === undefined) return [];
  const writers = project.services.filter(({ workload: one }) => writes(one, mount));
  if (writers.length === 0) {
    const message = `${variable.name} of ${workload.name} is in the volume ${mount.source}, into which nobody writes`;
    return [finding('FP-SEC-001', mount.place, message)];
  }
  if (own.byHand || !writers.every((one) => one.workload.kind === 'job')) return [];
  const before = awaited(own, project, new Set());
  if (writers.includes(own) || writers.some((one) => before.has(one))) return [];
  const names = writers.map((one) => one.workload.name).join(' or ');
  const message = `${workload.name} does not wait for ${names}, which makes ${variable.name}`;
  return [finding('FP-CMP-001', own.place, message)];
}

function writes({ mounts, command }: Workload, read: Mount): boolean {
  const folder = commandOfFp(command) === 'secrets create' ? flagOf(command, '--folder') : null;
  return mounts.some(({ source, readOnly, kind, path }) => {
    if (kind !== 'volume' || source !== read.source || readOnly) return false;
    if (folder === null || !isKnown(folder.value)) return true;
    // `fp secrets create` writes below its folder, a folder for each program that reads it.
    return `${path}/`.startsWith(`${folder.value}/`) && path === read.path;
  });
}

function ofAnother(
  { workload, fleet, role }: Subject,
  { variable, text }: FileVariable,
  context: AuditContext,
): Finding[] {
  if (fleet === null || role !== 'service' || workload.platform !== 'compose') return [];
  const mount = mountOf(text.value, workload.mounts);
  const stranger =
    strangerIn(text.value, fleet, context.fleet) ??
    (mount === undefined ? undefined : strangerIn(mount.source, fleet, context.fleet));
  if (stranger === undefined) return [];
  const message = `${variable.name} of ${workload.name} is a secret of ${stranger}`;
  return [finding('FP-SEC-003', text.place, message)];
}

/** The files of a whole fleet are called like their variables, or all in another way: never one of them. */
function fleetFiles({ subjects }: AuditModel, context: AuditContext): Finding[] {
  const urls = urlVariables(context);
  return subjects.flatMap(({ workload, role }) => {
    if (role === 'service') return [];
    const files = workload.variables.flatMap(({ name, source }) => {
      const own = name.replace(/_FILE$/, '');
      if (own === name || !urls.has(own) || own === 'FP_ADMIN_URL' || source.kind !== 'literal')
        return [];
      return [{ name, text: source.text, form: source.text.value.replace(own, 'NAME') }];
    });
    const counts = new Map<string, number>();
    for (const { form } of files) counts.set(form, (counts.get(form) ?? 0) + 1);
    const [usual, count = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
    if (count < 3) return [];
    return files
      .filter(({ form }) => form !== usual)
      .map(({ name, text }) =>
        finding(
          'FP-GEN-002',
          text.place,
          `${name} of ${workload.name} names ${text.value}, unlike the others`,
          usual?.replace('NAME', name.replace(/_FILE$/, '')),
        ),
      );
  });
}
