import { posix } from 'node:path';
import { edited, pointerPath, strategicMerge } from '../text/edit.js';
import { pinned } from '../text/traced.js';
import {
  get,
  itemsAt,
  type MapTree,
  mapOf,
  type ScalarTree,
  textAt,
  textsAt,
  type Tree,
  valueAt,
} from '../text/tree.js';
import { parseYaml } from '../text/yaml-file.js';
import type { Draft } from './draft.js';
import type { FileSet } from './file-set.js';
import { generated } from './kustomize-generators.js';

export const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
// A base of a base of a base; deeper is a circle.
const DEEPEST = 10;
// Ten levels of ten bases each are ten thousand million.
const MOST_BUILDS = 1_000;
// What changes names, and what the audit would have to compute.
const NOT_READ = ['replacements', 'vars'];
// What brings objects that nobody here sees.
const NOT_SEEN = ['helmCharts', 'helmChartInflationGenerator', 'transformers', 'generators'];

/** What `kubectl kustomize FOLDER` makes, with every line where it comes from. */
export class Kustomize {
  private builds = 0;

  constructor(
    private readonly files: FileSet,
    private readonly draft: Draft,
  ) {}

  build(file: string, depth = 0): Tree[] {
    const root = this.files.yaml(file)?.documents[0];
    if (root === undefined) return [];
    this.builds += 1;
    if (this.builds > MOST_BUILDS) {
      if (this.builds === MOST_BUILDS + 1) {
        this.draft.cannotRead(root.place, 'the kustomization takes in more than the audit follows');
      }
      return [];
    }
    if (depth > DEEPEST) {
      this.draft.cannotRead(root.place, 'the kustomization holds itself');
      return [];
    }
    for (const key of NOT_READ) {
      const said = get(root, key);
      if (said !== undefined) this.draft.note(said.place, `${key} are not computed by the audit`);
    }
    for (const key of NOT_SEEN) {
      const said = get(root, key);
      if (said !== undefined)
        this.draft.cannotRead(said.place, `nobody here knows what ${key} make`);
    }
    const folder = posix.dirname(file);
    let objects = ['resources', 'bases', 'components'].flatMap((key) =>
      textsAt(root, key).flatMap((text) => this.resource(folder, text, depth)),
    );
    objects.push(...generated(root));
    objects = this.patched(root, folder, objects);
    // namePrefix and nameSuffix change names and references alike, so that nothing is lost by not doing it.
    return objects.map((object) => imaged(replicated(object, root), root));
  }

  private resource(folder: string, text: Tree & { value?: string }, depth: number): Tree[] {
    const path = posix.join(folder, valueAt(text) ?? '');
    const inner = this.files.inFolder(path, KUSTOMIZATIONS);
    if (inner !== undefined) {
      this.files.taken.add(inner);
      return this.build(inner, depth + 1);
    }
    return this.objectsOf(path, text);
  }

  private objectsOf(path: string, at: Tree): readonly Tree[] & Tree[] {
    const file = this.files.yaml(path);
    if (file === undefined) {
      this.draft.cannotRead(at.place, `${path} is not among the files`);
      return [];
    }
    this.files.taken.add(path);
    return [...file.documents];
  }

  private patched(root: Tree, folder: string, objects: Tree[]): Tree[] {
    const patches = [
      ...itemsAt(root, 'patches'),
      ...itemsAt(root, 'patchesJson6902'),
      ...itemsAt(root, 'patchesStrategicMerge'),
    ];
    return patches.reduce((before, patch) => this.patchedBy(before, patch, folder), objects);
  }

  private patchedBy(objects: Tree[], patch: Tree, folder: string): Tree[] {
    const target = get(patch, 'target');
    const path = patch.kind === 'scalar' ? patch.value : valueAt(patch, 'path');
    const inline = textAt(patch, 'patch');
    const documents =
      inline !== null ? this.inline(inline) : this.objectsOf(posix.join(folder, path ?? ''), patch);
    let result = objects;
    let met = 0;
    for (const document of documents) {
      if (target === undefined && document.kind === 'list') {
        this.draft.cannotRead(patch.place, 'a list of operations needs a target');
        continue;
      }
      const wanted = target ?? selectorOf(document);
      result = result.map((object) => {
        if (!matches(object, wanted)) return object;
        met += 1;
        return document.kind === 'list'
          ? this.jsonPatched(object, document)
          : strategicMerge(object, document);
      });
    }
    // With a selector that is no mistake for kustomize; without one it refuses.
    if (met === 0 && target !== undefined)
      this.draft.note(patch.place, 'the patch meets no object');
    else if (met === 0) this.draft.cannotRead(patch.place, 'the patch meets no object');
    return result;
  }

  private inline(text: ScalarTree): Tree[] {
    const { documents, defects } = parseYaml(text.place.file, text.value);
    for (const { message, place } of defects) {
      const { file, line } = text.origin(0);
      const at = { file, line: line + place.line - 1, column: place.column };
      this.draft.cannotRead(at, `the patch cannot be read: ${message}`);
    }
    return documents.map((tree) => moved(tree, text));
  }

  private jsonPatched(object: Tree, operations: Tree): Tree {
    return itemsAt(operations).reduce((tree, operation) => {
      const op = valueAt(operation, 'op') ?? '';
      const path = pointerPath(valueAt(operation, 'path') ?? '');
      const value = get(operation, 'value') ?? null;
      const known = op === 'add' || op === 'replace' || op === 'remove';
      const whole = op === 'remove' || value !== null;
      const made = known && whole ? edited(tree, path, op === 'remove' ? null : value, op) : null;
      if (made === null) {
        this.draft.cannotRead(
          operation.place,
          `the patch cannot be applied: ${op} ${path.join('/')}`,
        );
      }
      return made ?? tree;
    }, object);
  }
}

/** An inline patch stands in a block of the kustomization: its lines are lines of that file. */
function moved(
  tree: Tree,
  block: { place: Tree['place']; origin(offset: number): Tree['place'] },
): Tree {
  const at = ({ line, column }: Tree['place']): Tree['place'] => {
    const first = block.origin(0);
    return { file: first.file, line: first.line + line - 1, column: first.column + column - 1 };
  };
  if (tree.kind === 'scalar') {
    return { ...tree, place: at(tree.place), origin: (offset) => at(tree.origin(offset)) };
  }
  if (tree.kind === 'list') {
    const items = tree.items.map((item) => moved(item, block));
    return { ...tree, place: at(tree.place), items };
  }
  const entries = [...tree.entries].map(
    ([key, entry]) =>
      [key, { key, keyPlace: at(entry.keyPlace), value: moved(entry.value, block) }] as const,
  );
  return { ...tree, place: at(tree.place), entries: new Map(entries) };
}

function selectorOf(object: Tree): MapTree {
  const kind = get(object, 'kind');
  const name = get(object, 'metadata', 'name');
  const entries = Object.entries({ kind, name }).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, keyPlace: value.place, value }],
  );
  return mapOf(object.place, entries);
}

/** Every part of a selector is a pattern for the whole of what it names. */
function matches(object: Tree, selector: Tree): boolean {
  const whole = (key: string, ...path: string[]): boolean => {
    const wanted = valueAt(selector, key);
    if (wanted === undefined) return true;
    const value = valueAt(object, ...path) ?? '';
    return value === wanted || (value.length <= LONGEST_NAME && patternOf(wanted).test(value));
  };
  const labels = valueAt(selector, 'labelSelector');
  const labelled = (labels ?? '').split(',').every((pair) => {
    const [key = '', value = ''] = pair.split('=');
    return pair === '' || valueAt(object, 'metadata', 'labels', key) === value;
  });
  return whole('kind', 'kind') && whole('name', 'metadata', 'name') && labelled;
}

const NOTHING = /^(?!)/;
// Of Kubernetes.
const LONGEST_NAME = 253;

function patternOf(text: string): RegExp {
  // Names have dots and a star or two; what repeats groups, or itself often, could take for ever.
  const repeats = text.match(/[*?]/g)?.length ?? 0;
  if (text.length > 100 || repeats > 2 || /[()+{]/.test(text)) return NOTHING;
  try {
    return new RegExp(`^(?:${text})$`);
  } catch {
    return NOTHING;
  }
}

const PODS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod'];

function replicated(object: Tree, root: Tree): Tree {
  const name = valueAt(object, 'metadata', 'name');
  const said = itemsAt(root, 'replicas').find((item) => valueAt(item, 'name') === name);
  const count = said === undefined ? undefined : get(said, 'count');
  if (count === undefined || !PODS.includes(valueAt(object, 'kind') ?? '')) return object;
  return edited(object, ['spec', 'replicas'], count, 'add') ?? object;
}

/** Other names and tags for the images of containers, and for nothing else of that name. */
function imaged(tree: Tree, root: Tree): Tree {
  const images = itemsAt(root, 'images');
  if (images.length === 0 || tree.kind === 'scalar') return tree;
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => imaged(item, root)) };
  const entries = [...tree.entries].map(([key, entry]) => {
    const { value } = entry;
    const made = key === 'image' && value.kind === 'scalar' ? newImage(value, images) : null;
    return [key, { ...entry, value: made ?? imaged(value, root) }] as const;
  });
  return { ...tree, entries: new Map(entries) };
}

function newImage(scalar: ScalarTree, images: readonly Tree[]): ScalarTree | null {
  const [name = '', tag] = scalar.value.split(/[:@](?=[^/]*$)/);
  const image = images.find((one) => valueAt(one, 'name') === name);
  if (image === undefined) return null;
  const digest = valueAt(image, 'digest');
  const newTag = valueAt(image, 'newTag') ?? tag;
  const suffix = digest !== undefined ? `@${digest}` : newTag !== undefined ? `:${newTag}` : '';
  const value = `${valueAt(image, 'newName') ?? name}${suffix}`;
  return { ...scalar, ...pinned(value, image.place), place: image.place };
}
