import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import type { Place } from '../model.js';
import { lastAtMost, type SourceFile } from './source-file.js';
import { withoutMarks } from './holes.js';
import { pinned, type Traced, traced } from './traced.js';
import type { Entry, MapTree, ScalarTree, Tree } from './tree.js';

/** Aliases of aliases: the document is larger than it looks. */
export class AliasTrouble extends Error {}

// A platform of a hundred services has some ten thousand nodes.
const MOST_NODES = 100_000;
const MERGE = '<<';

/**
 * Turns the parser's nodes of one document into a tree: aliases and merge keys resolved, every scalar with its
 * places.
 */
export class TreeMaker {
  private nodes = 0;
  private readonly open = new Set<Node>();
  private readonly anchors = new Map<string, Node>();

  constructor(
    private readonly source: SourceFile,
    private readonly onDefect: (place: Place, message: string) => void,
  ) {}

  tree(node: Node): Tree {
    this.nodes += 1;
    if (this.nodes > MOST_NODES) {
      throw new AliasTrouble(`aliases make the file longer than ${MOST_NODES} nodes`);
    }
    if (isAlias(node)) return this.aliased(node);
    // Read anew behind an alias, an anchor is no new one.
    if (node.anchor !== undefined && this.open.size === 0) this.anchors.set(node.anchor, node);
    const place = this.placeOf(node);
    if (isMap(node)) return { ...this.map(node.items, place), tag: node.tag };
    if (isSeq(node)) {
      const items = node.items.map((item) =>
        isPair(item) ? this.map([item], place) : this.tree(item as Node),
      );
      return { kind: 'list', place, items, tag: node.tag };
    }
    return this.scalar(node, place);
  }

  private aliased(node: Alias): Tree {
    const target = this.anchors.get(node.source);
    if (target === undefined || this.open.has(target)) {
      const why = target === undefined ? 'names no anchor above it' : 'holds itself';
      this.onDefect(this.placeOf(node), `the alias *${node.source} ${why}`);
      return this.nothing(this.placeOf(node));
    }
    this.open.add(target);
    try {
      return this.tree(target);
    } finally {
      this.open.delete(target);
    }
  }

  private map(items: readonly unknown[], place: Place): MapTree {
    const own = new Map<string, Entry>();
    const keys = new Set<string>();
    const merged: Tree[] = [];
    for (const item of items) {
      if (!isPair(item)) continue;
      const keyNode = item.key as Node | null;
      const keyPlace = keyNode === null ? place : this.placeOf(keyNode);
      // `{{ .Values.url }}` is a mapping with a mapping for its key.
      if (keyNode !== null && !isScalar(keyNode) && !isAlias(keyNode))
        this.onDefect(keyPlace, 'a key that is no text: a template must be filled in first');
      const key = isScalar(keyNode) ? textOf(keyNode) : String(keyNode);
      if (keys.has(key)) this.onDefect(keyPlace, 'Map keys must be unique');
      keys.add(key);
      const value = item.value === null ? this.nothing(keyPlace) : this.tree(item.value as Node);
      if (key === MERGE) merged.push(...(value.kind === 'list' ? value.items : [value]));
      else own.set(key, { key, keyPlace, value });
    }
    // What stands in the mapping itself wins, then the first of the merged ones.
    for (const tree of merged) {
      if (tree.kind !== 'map') continue;
      for (const [key, entry] of tree.entries) if (!own.has(key)) own.set(key, entry);
    }
    return { kind: 'map', place, entries: own };
  }

  private scalar(node: Scalar, place: Place): ScalarTree {
    const type = typeOf(node.value);
    const text = this.textWithOrigin(node, place);
    return { ...pick(text), place, kind: 'scalar', type, tag: node.tag };
  }

  private nothing(place: Place): ScalarTree {
    return { ...pick(pinned('', place)), place, kind: 'scalar', type: 'null' };
  }

  private textWithOrigin(node: Scalar, place: Place): Traced {
    const value = textOf(node);
    const [from = 0, to = 0] = node.range ?? [];
    if (node.type === 'BLOCK_LITERAL') return this.block(value, place);
    const raw = this.source.text.slice(from, to);
    // As written, after a quote or without one: then the characters stand side by side.
    const shift = raw === value ? 0 : raw.slice(1, -1) === value ? 1 : -1;
    if (shift < 0) return pinned(value, place);
    return traced(value, (offset) => this.source.placeAt(from + shift + offset));
  }

  /** A literal block: each of its lines is a line of the file behind the same indentation. */
  private block(value: string, place: Place): Traced {
    const first = place.line + 1;
    const lines = value.split('\n');
    const filled = lines.findIndex((line) => line.trim() !== '');
    if (filled < 0) return pinned(value, place);
    const indentation = this.source.line(first + filled).length - (lines[filled] ?? '').length;
    const starts: number[] = [0];
    for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
    return traced(value, (offset) => {
      const index = lastAtMost(starts, offset);
      const column = indentation + offset - (starts[index] ?? 0) + 1;
      return { file: place.file, line: first + index, column };
    });
  }

  private placeOf(node: Node): Place {
    return this.source.placeAt(node.range?.[0] ?? 0);
  }
}

function pick({ value, origin }: Traced): Pick<Traced, 'value' | 'origin'> {
  return { value, origin };
}

function typeOf(value: unknown): ScalarTree['type'] {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}

function textOf(node: Scalar): string {
  if (typeof node.value === 'string') return withoutMarks(node.value);
  if (node.value === null || node.value === undefined) return node.source ?? '';
  // As written: 0o17 and 1_000 are texts to whoever reads the variable.
  return node.source ?? JSON.stringify(node.value);
}
