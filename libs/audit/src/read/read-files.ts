import { basename, posix } from 'node:path';
import { type AuditedFile, isDockerfile, isPackages, isScript, isYaml } from '../files.js';
import { get, itemsAt, textsAt } from '../text/tree.js';
import type { YamlFile } from '../text/yaml-file.js';
import { readCloudBuild } from './cloud-build.js';
import { isCloudRun, readCloudRun } from './cloud-run.js';
import { ComposeReader, isCompose, isComposeName } from './compose.js';
import { readDockerfile } from './dockerfile.js';
import type { Draft } from './draft.js';
import { FileSet } from './file-set.js';
import { isKubernetes, listed, readKubernetes } from './kubernetes.js';
import { Kustomize, KUSTOMIZATIONS } from './kustomize.js';
import { readPackages } from './packages.js';
import { isWorkflow, readWorkflow } from './workflow.js';

const MEANT =
  /(?:^|\/)(?:cloudbuild[^/]*|(?:docker-)?compose[^/]*)\.(?:ya?ml|json)$|(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;

/** Reads every file by what it is; what is no deployment file is noted, not skipped. */
export class FileReader {
  private readonly set: FileSet;
  private readonly understood = new Set<string>();

  constructor(
    files: readonly AuditedFile[],
    private readonly draft: Draft,
  ) {
    this.set = new FileSet(files);
  }

  /** @returns the files that were understood. */
  read(): string[] {
    this.kustomizations();
    this.compositions();
    for (const file of this.set.files) {
      const taken = this.set.taken.has(posix.normalize(file.path));
      if (taken || this.understood.has(file.path)) continue;
      if (this.readOne(file)) this.understood.add(file.path);
    }
    for (const file of this.set.files) {
      if (this.set.taken.has(posix.normalize(file.path))) this.understood.add(file.path);
      if (isYaml(file.path)) this.defects(file);
      this.unused(file);
    }
    return [...this.understood].sort();
  }

  /** What nobody would miss: a script by itself, and a text in an encoding that no platform reads. */
  private unused({ path, text, named }: AuditedFile): void {
    const start = { file: path, line: 1, column: 1 };
    if (text.includes('\0')) this.draft.cannotRead(start, 'is no text in UTF-8');
    if (!isScript(path) || this.set.taken.has(posix.normalize(path))) return;
    const message = 'a script is read where a pipeline runs it, and none of these does';
    if (named) this.draft.cannotRead(start, message);
    else if (/\bgcloud\b[^\n]{0,80}\brun\s+(?:jobs\s+)?deploy\b/.test(text))
      this.draft.note(start, message);
  }

  private defects({ path }: AuditedFile): void {
    for (const { kind, place, message } of this.set.yaml(path)?.defects ?? []) {
      if (kind === 'unreadable') this.draft.cannotRead(place, message);
      else if (this.understood.has(path)) this.draft.ambiguities.push({ place, message });
    }
  }

  /** Overlays are read with their bases in them; a base that an overlay uses is not read alone. */
  private kustomizations(): void {
    const files = this.set.files.filter(({ path }) => KUSTOMIZATIONS.includes(basename(path)));
    const used = new Set(files.flatMap(({ path }) => this.basesOf(path)));
    for (const { path } of files) {
      this.understood.add(path);
      if (used.has(posix.normalize(path))) continue;
      const objects = new Kustomize(this.set, this.draft).build(path);
      readKubernetes(objects, {
        target: posix.dirname(path),
        whole: true,
        draft: this.draft,
      });
    }
  }

  private basesOf(path: string): string[] {
    const root = this.set.yaml(path)?.documents[0];
    return ['resources', 'bases', 'components'].flatMap((key) =>
      textsAt(root, key).flatMap(({ value }) => {
        const folder = posix.join(posix.dirname(path), value);
        return this.set.inFolder(folder, KUSTOMIZATIONS) ?? [];
      }),
    );
  }

  private compositions(): void {
    const folders = new Map<string, string[]>();
    for (const { path } of this.set.files) {
      const root = isYaml(path) ? this.set.yaml(path)?.documents[0] : undefined;
      if (root === undefined || !(isComposeName(path) || isCompose(root))) continue;
      if (get(root, 'services') === undefined && get(root, 'include') === undefined) continue;
      const folder = posix.dirname(path);
      // A file of another name is a project of its own.
      const key = isComposeName(path) ? folder : path;
      folders.set(key, [...(folders.get(key) ?? []), path]);
      this.understood.add(path);
    }
    for (const paths of folders.values()) new ComposeReader(this.set, this.draft).read(paths);
  }

  private readOne(file: AuditedFile): boolean {
    const { path, text } = file;
    if (isDockerfile(path)) return readDockerfile(path, text, this.draft);
    if (isPackages(path)) return readPackages(file, this.draft);
    // Scripts are read where a pipeline runs them.
    if (isScript(path)) return false;
    const yaml = this.set.yaml(path);
    if (yaml === undefined || yaml.defects.some(({ kind }) => kind === 'unreadable')) return false;
    if (this.readYaml(yaml)) return true;
    if (isOurOwn(yaml)) return false;
    const start = yaml.source.placeAt(0);
    // Its name says that somebody deploys it.
    if (MEANT.test(path)) this.draft.cannotRead(start, 'says nothing of what its name promises');
    else if (file.named)
      this.draft.cannotRead(start, 'is about no deployment that the audit knows');
    else this.draft.note(start, 'is about no deployment that the audit knows: left out');
    return false;
  }

  private readYaml({ documents, source }: YamlFile): boolean {
    const [root] = documents;
    if (root === undefined) return false;
    const objects = listed(documents).filter(isKubernetes);
    if (objects.length > 0 && objects.every(isCloudRun)) {
      return objects.map((object) => readCloudRun(object, this.draft)).some(Boolean);
    }
    if (objects.length > 0) {
      const target = posix.dirname(source.path);
      readKubernetes(objects, { target, whole: false, draft: this.draft });
      return true;
    }
    if (itemsAt(root, 'steps').some((step) => get(step, 'name') ?? get(step, 'script'))) {
      readCloudBuild(root, { draft: this.draft, files: this.set });
      return true;
    }
    if (isWorkflow(root)) {
      readWorkflow(root, { draft: this.draft, files: this.set });
      return true;
    }
    return false;
  }
}

/** The fleet file and the facts tell the audit what to look for; they deploy nothing themselves. */
function isOurOwn({ documents: [root] }: YamlFile): boolean {
  const has = (...keys: string[]): boolean => keys.every((key) => get(root, key) !== undefined);
  return has('version', 'databases') || has('environment', 'project', 'services');
}
