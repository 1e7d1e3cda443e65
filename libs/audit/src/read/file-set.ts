import { posix } from 'node:path';
import type { AuditedFile } from '../files.js';
import { parseYaml, type YamlFile } from '../text/yaml-file.js';

// A file that several audits share is parsed once: whoever tries a thousand changes changes one file at a time.
const parsedFiles = new WeakMap<AuditedFile, YamlFile>();

/** The files of an audit by name; remembers which were read through others. */
export class FileSet {
  /** Files that another file takes in: their content is judged where it is used. */
  readonly taken = new Set<string>();
  private readonly byPath: ReadonlyMap<string, AuditedFile>;

  constructor(readonly files: readonly AuditedFile[]) {
    this.byPath = new Map(files.map((file) => [posix.normalize(file.path), file]));
  }

  yaml(path: string): YamlFile | undefined {
    const file = this.byPath.get(posix.normalize(path));
    if (file === undefined) return undefined;
    const made = parsedFiles.get(file) ?? parseYaml(file.path, file.text);
    parsedFiles.set(file, made);
    return made;
  }

  text(path: string): AuditedFile | undefined {
    return this.byPath.get(posix.normalize(path));
  }

  /** The first of some names that a folder has. */
  inFolder(folder: string, names: readonly string[]): string | undefined {
    return names
      .map((name) => posix.join(folder, name))
      .find((path) => this.byPath.has(posix.normalize(path)));
  }

  /** A file that a command names, seen from the root of the checkout or from the file that names it. */
  named(path: string, by: string): string | undefined {
    const folders = ['.', posix.dirname(by), ...parents(by)];
    return folders.map((folder) => posix.join(folder, path)).find((one) => this.byPath.has(one));
  }
}

/** The folders above a file: commands are started somewhere above the file that holds them. */
function parents(file: string): string[] {
  const folder = posix.dirname(file);
  return folder === posix.dirname(folder) ? [] : [folder, ...parents(folder)];
}
