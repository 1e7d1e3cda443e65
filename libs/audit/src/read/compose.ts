import { posix } from 'node:path';
import { entriesAt, get, itemsAt, mapOf, textAt, type Tree, valueAt } from '../text/tree.js';
import { mergedCompose } from './compose-merge.js';
import { readComposeService } from './compose-service.js';
import type { Draft } from './draft.js';
import type { FileSet } from './file-set.js';
import { interpolated } from './interpolate.js';

const NAME = /^(?:docker-)?compose(?:[.-](.+))?\.ya?ml$/;
// A service extends one that extends one; deeper is a circle.
const DEEPEST = 10;
const MOST_FILES = 1_000;
// What is compared with each other.
const MOST_SERVICES = 1_000;

export function isComposeName(path: string): boolean {
  return NAME.test(posix.basename(path));
}

/** Whether a document looks like a compose file: services that say what runs. */
export function isCompose(root: Tree): boolean {
  return entriesAt(root, 'services').some(
    ({ value }) =>
      value.kind === 'map' && ['image', 'build', 'extends'].some((key) => value.entries.has(key)),
  );
}

/**
 * Reads a compose file and each file that is laid over it: `docker-compose.override.yml`, or
 * `docker-compose.prod.yml` with `-f`.
 */
export class ComposeReader {
  private included = 0;

  constructor(
    private readonly files: FileSet,
    private readonly draft: Draft,
  ) {}

  /** The paths are of one folder; the one without a middle name is the base of the others. */
  read(paths: readonly string[]): void {
    const base = paths.find((path) => NAME.exec(posix.basename(path))?.[1] === undefined);
    const own = base === undefined ? null : this.whole(base);
    if (own !== null && base !== undefined) this.project(own, base);
    for (const path of paths) {
      const over = path === base ? null : this.whole(path);
      if (over === null) continue;
      this.project(own === null ? over : mergedCompose(own, over), path);
    }
  }

  /** A file with everything that it includes and extends. */
  private whole(path: string, depth = 0): Tree | null {
    const root = this.files.yaml(path)?.documents[0];
    if (root === undefined) return null;
    this.included += 1;
    if (depth > DEEPEST || this.included > MOST_FILES) {
      this.draft.cannotRead(root.place, 'the compose files include each other in a circle');
      return null;
    }
    const extended = entriesAt(root, 'services').map((entry) => ({
      ...entry,
      value: this.extended(entry.value, path, 0),
    }));
    const services = mapOf(get(root, 'services')?.place ?? root.place, extended);
    const merged = withEntry(root, 'services', services);
    return itemsAt(root, 'include').reduce<Tree>((tree, item) => {
      const named = valueAt(item) ?? valueAt(item, 'path') ?? '';
      const other = posix.join(posix.dirname(path), named);
      const included = this.whole(other, depth + 1);
      if (included !== null) return mergedCompose(included, tree);
      this.draft.cannotRead(item.place, `${other} is not among the files`);
      return tree;
    }, merged);
  }

  private extended(service: Tree, path: string, depth: number): Tree {
    const from = get(service, 'extends');
    if (from === undefined) return service;
    const name = valueAt(from) ?? valueAt(from, 'service') ?? '';
    const file = valueAt(from, 'file');
    const other = file === undefined ? path : posix.join(posix.dirname(path), file);
    const base = get(this.files.yaml(other)?.documents[0], 'services', name);
    if (base === undefined || depth > DEEPEST) {
      this.draft.cannotRead(from.place, `the service ${name} of ${other} is not among the files`);
      return service;
    }
    return mergedCompose(this.extended(base, other, depth + 1), service);
  }

  private project(raw: Tree, target: string): void {
    const tree = interpolated(raw);
    const awaited = awaitedIn(tree);
    const entries = entriesAt(tree, 'services');
    if (entries.length > MOST_SERVICES) {
      this.draft.cannotRead(raw.place, `more than ${MOST_SERVICES} services`);
      return;
    }
    const services = entries.map(({ key, keyPlace, value }) => {
      const written = get(raw, 'services', key) ?? value;
      return readComposeService(value, {
        name: key,
        target,
        awaited,
        raw: { ...written, place: keyPlace },
      });
    });
    this.draft.workloads.push(...services.map(({ workload }) => workload));
    this.draft.projects.push({
      target,
      place: raw.place,
      services,
      volumes: new Set(entriesAt(tree, 'volumes').map(({ key }) => key)),
      secrets: new Set(entriesAt(tree, 'secrets').map(({ key }) => key)),
    });
    for (const { key, keyPlace, value } of entriesAt(tree, 'services')) {
      this.buildArguments(value);
      const runs = get(value, 'image') !== undefined || get(value, 'build') !== undefined;
      if (!runs) this.draft.cannotRead(keyPlace, `the service ${key} has no image and no build`);
    }
  }

  private buildArguments(service: Tree): void {
    for (const { key, value } of entriesAt(service, 'build', 'args')) {
      const text = textAt(value);
      if (text !== null) this.draft.settings.push({ name: key, text, what: 'build argument' });
    }
  }
}

/** The services whose end another one waits for. */
function awaitedIn(tree: Tree): Set<string> {
  return new Set(
    entriesAt(tree, 'services').flatMap(({ value: service }) =>
      entriesAt(service, 'depends_on').flatMap(({ key, value }) =>
        valueAt(value, 'condition') === 'service_completed_successfully' ? [key] : [],
      ),
    ),
  );
}

function withEntry(tree: Tree, key: string, value: Tree): Tree {
  if (tree.kind !== 'map') return tree;
  const entries = new Map(tree.entries);
  entries.set(key, { key, keyPlace: tree.entries.get(key)?.keyPlace ?? value.place, value });
  return { ...tree, entries };
}
