/**
 * What a file does not tell stands in a text as a hole: a secret's content, a variable of the shell, a
 * substitution of the trigger. Two characters that no file may hold mark it, so nothing else looks like one.
 */
const OPEN = '\uE000';
const CLOSE = '\uE001';
const HOLE = /\uE000([^\uE000\uE001]*)\uE001/g;
const MARKS = /[\uE000\uE001]/g;

export function hole(name: string): string {
  return `${OPEN}${name.replace(MARKS, '')}${CLOSE}`;
}

// Half a character: encoders throw at it, and no file in UTF-8 has one but by an escape.
const HALVES = /[\uD800-\uDFFF]/gu;

/** A text of a file, which must not look as if it had holes, and is one that every encoder takes. */
export function withoutMarks(text: string): string {
  return text.replace(MARKS, '\uFFFD').replace(HALVES, '\uFFFD');
}

export function isKnown(value: string): boolean {
  return !value.includes(OPEN);
}

/** Nothing of it is known. */
export function isHole(value: string): boolean {
  return value !== '' && value.replace(HOLE, '') === '';
}

/** As people write it: `${name}`. */
export function shown(value: string): string {
  return value.replace(HOLE, (_, name: string) => `\${${name}}`);
}

/** With something harmless in every hole, for a parser that must see a whole text. */
export function filled(value: string, filling: string): string {
  return value.replace(HOLE, filling);
}
