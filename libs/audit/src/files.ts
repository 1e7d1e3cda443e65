import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';

/** A file as it was found, not yet understood. */
export interface AuditedFile {
  /** As it is shown: with `/`, relative to where the audit was started. */
  readonly path: string;
  readonly text: string;
  /** Named by whoever started the audit, so it must be understood. */
  readonly named: boolean;
}

// What is not deployed from here: packages, builds, and files that are wrong on purpose.
const LEFT_OUT = ['node_modules', 'dist', 'coverage', 'fixtures', 'examples', 'test', 'tests'];
const DOCKERFILE = /^(?:Dockerfile(?:\..+)?|.+\.[Dd]ockerfile)$/;
// JSON is YAML; what is a deployment in it is told by its name.
const BUILD_IN_JSON = /^cloudbuild[^/]*\.json$/;
const YAML = /(?:\.ya?ml|(?:^|\/)Kustomization)$/;
const PACKAGES = ['package.json', 'package-lock.json'];
// Lock files are long; everything else has a limit of its own.
const MOST_BYTES = 33_554_432;

/**
 * The files that an audit looks at: those that are named, and in folders everything that may be about a
 * deployment.
 *
 * @throws {Error} when a named file or folder cannot be read
 */
export function findFiles(paths: readonly string[], folder: string): AuditedFile[] {
  const found = new Map<string, AuditedFile>();
  for (const path of paths) {
    const absolute = resolve(folder, path);
    const isFolder = statSync(absolute).isDirectory();
    for (const file of isFolder ? walk(absolute) : [absolute]) {
      const shown = relative(folder, file).split(sep).join('/') || file;
      // A pipe, or a device, has no end.
      if (!statSync(file).isFile()) throw new Error(`${shown} is no file`);
      if (statSync(file).size > MOST_BYTES)
        throw new Error(`${shown} has more than ${MOST_BYTES} bytes`);
      found.set(shown, { path: shown, text: readFileSync(file, 'utf8'), named: !isFolder });
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entersInto(entry, folder) ? walk(path) : [];
    return entry.isFile() && mayBeDeployment(entry.name) ? [path] : [];
  });
}

// An environment may be called so as well.
const ENVIRONMENTS = /(?:^|[-_])(?:overlays?|env(?:ironment)?s?|stages?|clusters?)$/;

function entersInto({ name }: Dirent, folder: string): boolean {
  if (/^tests?$/.test(name) && ENVIRONMENTS.test(basename(folder))) return true;
  return name === '.github' || (!name.startsWith('.') && !LEFT_OUT.includes(name));
}

export function mayBeDeployment(path: string): boolean {
  const name = basename(path);
  return (
    YAML.test(name) ||
    BUILD_IN_JSON.test(name) ||
    isDockerfile(name) ||
    isScript(name) ||
    isPackages(name)
  );
}

export function isYaml(path: string): boolean {
  return YAML.test(path) || (path.endsWith('.json') && !isPackages(path));
}

export function isPackages(path: string): boolean {
  return PACKAGES.includes(basename(path));
}

/** Read where a pipeline runs it. */
export function isScript(path: string): boolean {
  return path.endsWith('.sh');
}

export function isDockerfile(path: string): boolean {
  return DOCKERFILE.test(basename(path)) && !path.endsWith('.dockerignore');
}
