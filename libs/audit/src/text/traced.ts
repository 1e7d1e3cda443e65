import assert from 'node:assert';
import type { Place, Text } from '../model.js';
import { hole } from './holes.js';
import { lastAtMost } from './source-file.js';

/**
 * A text with a way back: where each of its characters stands in a file. Substitutions, quotes and
 * continuations change a text; a finding still points at the one argument that is meant.
 */
export interface Traced extends Text {
  readonly origin: (offset: number) => Place;
}

export function traced(value: string, origin: (offset: number) => Place): Traced {
  return {
    value,
    get place() {
      return origin(0);
    },
    origin,
  };
}

/** A text whose inside stands nowhere: it all points at one place. */
export function pinned(value: string, place: Place): Traced {
  return traced(value, () => place);
}

export function slice(text: Traced, from: number, to = text.value.length): Traced {
  return traced(text.value.slice(from, to), (offset) => text.origin(from + offset));
}

// What is put in may hold what is put in: sixty doublings are more than any memory.
const MOST_CHARACTERS = 1_000_000;

/** The texts as one; nobody knows what is in it when it is longer than a million characters. */
export function joined(pieces: readonly Traced[]): Traced {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const starts: number[] = [];
  let value = '';
  for (const piece of pieces) {
    starts.push(value.length);
    value += piece.value;
    if (value.length > MOST_CHARACTERS && first !== undefined)
      return pinned(hole('…'), first.place);
  }
  return traced(value, (offset) => {
    const index = lastAtMost(starts, offset);
    const piece = pieces[index];
    assert.ok(piece, 'a text is joined of at least one piece');
    return piece.origin(offset - (starts[index] ?? 0));
  });
}

/** Splits at every occurrence of a separator that is not empty. */
export function split(text: Traced, separator: string): Traced[] {
  const parts: Traced[] = [];
  let from = 0;
  for (;;) {
    const at = text.value.indexOf(separator, from);
    parts.push(slice(text, from, at < 0 ? undefined : at));
    if (at < 0) return parts;
    from = at + separator.length;
  }
}

/** Replaces what a global pattern finds; `null` leaves it as it is written. */
export function substituted(
  text: Traced,
  pattern: RegExp,
  replace: (match: RegExpExecArray) => string | null,
): Traced {
  const pieces: Traced[] = [];
  let from = 0;
  for (const match of text.value.matchAll(pattern)) {
    const value = replace(match);
    if (value === null) continue;
    if (match.index > from) pieces.push(slice(text, from, match.index));
    pieces.push(pinned(value, text.origin(match.index)));
    from = match.index + match[0].length;
  }
  if (from === 0 && pieces.length === 0) return text;
  if (from < text.value.length) pieces.push(slice(text, from));
  return joined(pieces);
}
