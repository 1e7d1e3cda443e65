import { isMap, isScalar, isSeq, type Pair, parseAllDocuments, type Node, type Scalar } from 'yaml';

/** One change of one place of a file. */
export interface Mutant {
  /** `delete`, `change` or `rename`, and where: `spec.template.spec.serviceAccountName`. */
  readonly what: string;
  readonly text: string;
}

/** Takes every entry and item of a YAML file away, changes every text, misspells every key. */
export function yamlMutants(text: string): Mutant[] {
  return parseAllDocuments(text, { keepSourceTokens: true }).flatMap((document) =>
    document.contents === null ? [] : ofNode(document.contents as Node, '', text),
  );
}

function ofNode(node: Node, path: string, text: string): Mutant[] {
  if (isMap(node)) {
    return node.items.flatMap((pair) =>
      ofPair(pair as Pair<Scalar, Node | null>, path, { text, flow: node.flow === true }),
    );
  }
  if (isSeq(node)) {
    return node.items.flatMap((item, index) => {
      const inner = item as Node;
      const here = `${path}[${nameOf(inner) ?? index}]`;
      const without =
        node.flow === true
          ? []
          : [
              {
                what: `delete ${here}${said(inner)}`,
                text: withoutLines(text, itemStart(text, inner), endOf(inner)),
              },
            ];
      return [...without, ...ofNode(inner, here, text)];
    });
  }
  if (!isScalar(node)) return [];
  return ofScalar(node, path, text);
}

/** A script is too long to be a name. */
function said(node: Node): string {
  if (!isScalar(node) || typeof node.value !== 'string' || node.value.includes('\n')) return '';
  return ` | ${node.value}`;
}

function ofPair(
  { key, value }: Pair<Scalar, Node | null>,
  path: string,
  { text, flow }: { text: string; flow: boolean },
): Mutant[] {
  const here = path === '' ? String(key.value) : `${path}.${String(key.value)}`;
  const [from = 0, to = 0] = key.range ?? [];
  const whole = flow
    ? []
    : [
        {
          what: `delete ${here}`,
          text: withoutLines(text, from, value === null ? to : endOf(value)),
        },
      ];
  const renamed = {
    what: `rename ${here}`,
    text: spliced(text, from, to, `${text.slice(from, to)}x`),
  };
  return [...whole, renamed, ...(value === null ? [] : ofNode(value, here, text))];
}

function ofScalar(node: Scalar, path: string, text: string): Mutant[] {
  const [from = 0, to = 0] = node.range ?? [];
  if (node.type === 'BLOCK_LITERAL') return ofBlock(from, to, path, text);
  const raw = text.slice(from, to);
  if (raw === '') return [];
  const quote = /^["']/.exec(raw)?.[0] ?? '';
  const first = from + quote.length;
  const inner = quote === '' ? raw : raw.slice(1, -1);
  // `volume:/path:ro`, `NAME=value`, `PROJECT:REGION:INSTANCE`: each of the parts means something else.
  const parts = inner.includes('://')
    ? [...inner.matchAll(/\S+/g)]
    : [...inner.matchAll(/[^:=,]+/g)];
  return parts.map((match) => {
    const at = first + match.index;
    const end = at + match[0].length;
    const which = parts.length === 1 ? '' : ` | ${inner} | ${match[0]}`;
    return { what: `change ${path}${which}`, text: spliced(text, at, end, changed(match[0])) };
  });
}

/** A number becomes another order of magnitude, a switch the other one, everything else a misspelling. */
export function changed(value: string): string {
  if (/^\d+$/.test(value)) return `${value}000`;
  if (value === 'true') return 'false';
  return value === 'false' ? 'true' : `${value}x`;
}

/** Each line of a script, and each of its words. */
function ofBlock(from: number, to: number, path: string, text: string): Mutant[] {
  const start = text.indexOf('\n', from) + 1;
  const lines = text.slice(start, to).split('\n');
  let at = start;
  return lines.flatMap((line) => {
    const begin = at;
    at += line.length + 1;
    if (line.trim() === '' || line.trim().startsWith('#')) return [];
    const here = `${path} | ${line.trim()}`;
    const words = [...line.matchAll(/\S+/g)].flatMap((match) => {
      const word = begin + match.index;
      const end = word + match[0].length;
      return [
        { what: `change ${here} | ${match[0]}`, text: spliced(text, word, end, changed(match[0])) },
        { what: `delete ${here} | ${match[0]}`, text: spliced(text, word, end, '') },
      ];
    });
    return [
      { what: `delete ${here}`, text: withoutLines(text, begin, begin + line.length) },
      ...words,
    ];
  });
}

function nameOf(node: Node): string | undefined {
  if (isScalar(node)) return undefined;
  const name = isMap(node)
    ? (node.get('id') ?? node.get('name') ?? node.get('mountPath') ?? node.get('key'))
    : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** The dash stands on the line of the item, or on one before. */
function itemStart(text: string, item: Node): number {
  return text.lastIndexOf('-', item.range?.[0] ?? 0);
}

function endOf(node: Node): number {
  const [, end = 0] = node.range ?? [];
  return end;
}

/** Without the lines from one offset to another, whole. */
function withoutLines(text: string, from: number, to: number): string {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const before = text.slice(start, from);
  // The first entry of an item shares the line with its dash, which the next one needs.
  if (/^\s*-\s+$/.test(before)) {
    const next = text.indexOf('\n', Math.max(to - 1, from)) + 1;
    const rest = text.slice(next);
    const indentation = before.length;
    const line = /^ */.exec(rest)?.[0].length ?? 0;
    if (line === indentation) return text.slice(0, start) + before + rest.slice(indentation);
    return text.slice(0, start) + rest;
  }
  const end = text.indexOf('\n', Math.max(to - 1, from));
  return text.slice(0, start) + (end < 0 ? '' : text.slice(end + 1));
}

function spliced(text: string, from: number, to: number, value: string): string {
  return text.slice(0, from) + value + text.slice(to);
}
