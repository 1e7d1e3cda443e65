import type { CommandArgument, DoubleQuotedChild, Word, WordPart } from 'unbash';
import { hole, withoutMarks } from '../text/holes.js';
import { joined, pinned, slice, type Traced } from '../text/traced.js';

/** The variables of a script: a text, or an array. */
export type Variables = Map<string, Traced | readonly Traced[]>;

/** Meets the commands inside `$(…)`. */
export type OnSubstitution = (part: WordPart | DoubleQuotedChild) => void;

export interface Expansion {
  readonly script: Traced;
  readonly variables: Variables;
  readonly onSubstitution: OnSubstitution;
}

// A variable that doubles itself in a loop would fill the memory.
const MOST_CHARACTERS = 65_536;

interface Piece {
  readonly text: Traced;
  /** Not in quotes, so the shell splits it at blanks. */
  readonly splits: boolean;
}

/** What the shell makes of a word: none, one or several arguments. */
export function fieldsOf(word: CommandArgument, expansion: Expansion): Traced[] {
  if (word.type === 'Assignment') {
    // An argument that looks like an assignment, as in `export NAME=value`.
    const { value, pos } = word;
    if (value.type !== 'Word') return [slice(expansion.script, pos, word.end)];
    return [joined([slice(expansion.script, pos, value.pos), textOf(value, expansion)])];
  }
  const array = wholeArray(word, expansion.variables);
  if (array !== undefined) return [...array];
  return splitAtBlanks(piecesOf(word, expansion));
}

/** What an assignment or a quoted word holds: never split. */
export function textOf(word: Word, expansion: Expansion): Traced {
  const pieces = piecesOf(word, expansion).map(({ text }) => text);
  if (pieces.length === 0) return pinned('', expansion.script.origin(word.pos));
  const whole = joined(pieces);
  return whole.value.length > MOST_CHARACTERS ? pinned(hole('…'), whole.place) : whole;
}

function piecesOf(word: Word, expansion: Expansion): Piece[] {
  if (word.parts !== undefined) return word.parts.flatMap((part) => partPieces(part, expansion));
  const { script } = expansion;
  if (word.value === word.text) return [fixed(slice(script, word.pos, word.end))];
  return [fixed(pinned(word.value, script.origin(word.pos)))];
}

function partPieces(part: WordPart | DoubleQuotedChild, expansion: Expansion): Piece[] {
  const { script } = expansion;
  const here = script.origin(part.pos);
  switch (part.type) {
    case 'Literal':
    case 'Glob':
      return part.value === part.text
        ? [fixed(slice(script, part.pos, part.end))]
        : [fixed(pinned(part.value, here))];
    case 'SingleQuoted':
      return [fixed(slice(script, part.pos + 1, part.end - 1))];
    case 'AnsiCQuoted':
      return [fixed(pinned(withoutMarks(part.value), here))];
    case 'DoubleQuoted':
    case 'LocaleString': {
      const inside = part.parts.flatMap((child) => partPieces(child, expansion));
      return inside.length === 0
        ? [fixed(pinned('', here))]
        : inside.map(({ text }) => fixed(text));
    }
    case 'SimpleExpansion':
      return [loose(valueOf(part.text.slice(1), part.pos, expansion))];
    case 'ParameterExpansion':
      return [loose(parameter(part, expansion))];
    case 'CommandExpansion':
    case 'ProcessSubstitution':
    case 'ArithmeticExpansion':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      expansion.onSubstitution(part);
      return [fixed(pinned(hole(part.text), here))];
  }
}

function fixed(text: Traced): Piece {
  return { text, splits: false };
}

function loose(text: Traced): Piece {
  return { text, splits: true };
}

function valueOf(name: string, pos: number, { script, variables }: Expansion): Traced {
  const value = variables.get(name);
  if (value === undefined) return pinned(hole(name), script.origin(pos));
  const text = Array.isArray(value) ? (value as readonly Traced[])[0] : (value as Traced);
  // The finding points at where it is used; where it was assigned is near.
  return pinned(text?.value ?? '', script.origin(pos));
}

type Parameter = Extract<WordPart, { type: 'ParameterExpansion' }>;

function parameter(part: Parameter, expansion: Expansion): Traced {
  const { parameter: name, operation, prefix, index, pos } = part;
  const here = expansion.script.origin(pos);
  if (prefix !== undefined || index !== undefined) return pinned(hole(part.text), here);
  const isSet = expansion.variables.has(name);
  if (operation === undefined) return valueOf(name, pos, expansion);
  if (operation.type !== 'Default') return pinned(hole(name), here);
  const { operator, operand } = operation;
  if (operator.endsWith('?')) return valueOf(name, pos, expansion);
  if (operator.endsWith('+')) return isSet ? textOf(operand, expansion) : pinned('', here);
  return isSet ? valueOf(name, pos, expansion) : textOf(operand, expansion);
}

/** `"${NAME[@]}"`, alone in its word: every element is an argument. */
function wholeArray(word: Word, variables: Variables): readonly Traced[] | undefined {
  const [only, ...more] = word.parts ?? [];
  const inner = only?.type === 'DoubleQuoted' && only.parts.length === 1 ? only.parts[0] : only;
  if (more.length > 0 || inner?.type !== 'ParameterExpansion') return undefined;
  const value = variables.get(inner.parameter);
  const all = inner.index?.value === '@' || inner.index?.value === '*';
  return all && Array.isArray(value) ? (value as readonly Traced[]) : undefined;
}

function splitAtBlanks(pieces: readonly Piece[]): Traced[] {
  const fields: Traced[] = [];
  let open: Traced[] = [];
  const close = (): void => {
    if (open.length > 0) fields.push(joined(open));
    open = [];
  };
  for (const { text, splits } of pieces) {
    if (!splits || !/\s/.test(text.value)) {
      if (text.value !== '' || !splits) open.push(text);
      continue;
    }
    for (const match of text.value.matchAll(/\s+|\S+/g)) {
      if (/^\s/.test(match[0])) close();
      else open.push(slice(text, match.index, match.index + match[0].length));
    }
  }
  close();
  return fields;
}
