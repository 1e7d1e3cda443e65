import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

export type Variables = Readonly<Record<string, string | undefined>>;

/** One item that a template makes an entry of, and where to mend it. */
interface Item {
  text: string;
  place: string;
}

/** An entry of the file, or one that a template made; not yet known to be well formed. */
export interface RawEntry {
  value: unknown;
  /** `fleet.yaml:7: databases[2]`, with the item when a template made it. */
  place: string;
}

interface Source {
  document: Document;
  lines: LineCounter;
  file: string;
  variables: Variables;
}

/** More databases than this are a slip in a list, or want more than one fleet. */
export const MOST_ITEMS = 10_000;
const ITEM = /^[a-z0-9]([a-z0-9_-]{0,38}[a-z0-9])?$/;
const PLACEHOLDER = /\$\{([^}]*)\}/g;
const FILLED = ['name', 'database', 'url', 'migrateUrl', 'migrations', 'dependsOn', 'labels'];

/**
 * Every entry of `databases:`, templates (`forEach:`) multiplied: `${item}` is the item as it is written,
 * `${item_snake}` has underscores, `${ITEM}` is that in capitals, for variables.
 *
 * @param defects gets what is wrong, each with the line to mend
 */
export function expandEntries(source: Source, defects: string[]): RawEntry[] {
  const list = source.document.get('databases');
  if (!isSeq(list)) return [];
  return list.items.flatMap((item, index): RawEntry[] => {
    const node = item as Node;
    const value: unknown = node.toJS(source.document);
    const place = `${placeOf(source, node)}: databases[${index}]`;
    if (!isMap(node) || !node.has('forEach')) return [{ value, place }];
    const items = itemsOf(node.get('forEach', true) as Node, source, defects);
    return multiplied(value as Record<string, unknown>, { items, place, defects });
  });
}

function placeOf({ lines, file }: Source, node: Node): string {
  const offset = node.range?.[0];
  return offset === undefined ? file : `${file}:${lines.linePos(offset).line}`;
}

function itemsOf(forEach: Node, source: Source, defects: string[]): Item[] {
  const place = placeOf(source, forEach);
  const found = isSeq(forEach)
    ? forEach.items.map((item) => ({
        text: isScalar(item) ? String(item.value) : '',
        place: placeOf(source, item as Node),
      }))
    : itemsElsewhere(forEach, source, place);
  if (typeof found === 'string') {
    defects.push(`${place}: forEach ${found}`);
    return [];
  }
  if (found.length === 0) defects.push(`${place}: forEach has no item`);
  if (found.length > MOST_ITEMS) {
    defects.push(`${place}: forEach has ${found.length} items, ${MOST_ITEMS} are allowed`);
    return [];
  }
  defects.push(...itemDefects(found));
  return found;
}

/** From a variable or a file; a text is what is wrong with it. */
function itemsElsewhere(forEach: Node, source: Source, place: string): Item[] | string {
  const wanted = 'must be a list, {env: VARIABLE} or {file: PATH}';
  if (!isMap(forEach) || forEach.items.length !== 1) return wanted;
  const [env, file] = [forEach.get('env'), forEach.get('file')];
  if (typeof env === 'string') {
    const text = source.variables[env];
    if (text === undefined) return `takes its items from ${env}, which is not set`;
    if (text.trim() === '') return [];
    const where = `${place}: variable ${env}`;
    return text.split(',').map((part) => ({ text: part.trim(), place: where }));
  }
  if (typeof file !== 'string') return wanted;
  const path = resolve(dirname(resolve(source.file)), file);
  try {
    return linesOf(readFileSync(path, 'utf8'), path);
  } catch (error) {
    return `takes its items from ${path}, which cannot be read (${(error as { code: string }).code})`;
  }
}

/** One item per line; empty lines and `#` comments are for people. */
function linesOf(text: string, path: string): Item[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const item = line.replace(/#.*$/, '').trim();
    return item === '' ? [] : [{ text: item, place: `${path}:${index + 1}` }];
  });
}

function itemDefects(items: readonly Item[]): string[] {
  return items
    .filter(({ text }) => !ITEM.test(text))
    .map(({ text, place }) => `${place}: item "${text}" must be of the form ${ITEM.source}`);
}

function multiplied(
  entry: Record<string, unknown>,
  { items, place, defects }: { items: readonly Item[]; place: string; defects: string[] },
): RawEntry[] {
  const template = Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'forEach'));
  const unknown = [...JSON.stringify(template).matchAll(PLACEHOLDER)]
    .map(([, name]) => name ?? '')
    .filter((name) => !(name in fillings('')));
  if (unknown.length > 0) {
    const known = Object.keys(fillings('')).map((name) => `\${${name}}`);
    defects.push(`${place}: \${${unknown[0]}} is not known; known are ${known.join(', ')}`);
    return [];
  }
  return items.map((item) => {
    const fill = filler(item.text);
    const value = Object.fromEntries(
      Object.entries(template).map(([key, part]) => [
        key,
        FILLED.includes(key) ? fill(part) : part,
      ]),
    );
    return { value, place: `${place}, item ${item.text} (${item.place})` };
  });
}

function fillings(item: string): Record<string, string> {
  const snake = item.replaceAll('-', '_');
  return { item, item_snake: snake, ITEM: snake.toUpperCase() };
}

/** Fills in texts, and the texts in lists and mappings. */
function filler(item: string): (part: unknown) => unknown {
  const known = fillings(item);
  const fill = (part: unknown): unknown => {
    if (typeof part === 'string') {
      return part.replace(PLACEHOLDER, (_, name: string) => known[name] ?? '');
    }
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fill(value)]));
  };
  return fill;
}
