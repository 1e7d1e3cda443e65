import type { Setting } from '../model.js';
import { slice, type Traced } from '../text/traced.js';

/** What `docker build --build-arg NAME=TEXT` bakes into an image. */
export function buildArguments(words: readonly Traced[]): Setting[] {
  return words.flatMap((word, index) => {
    const given = /^--build-arg=/.exec(word.value);
    const text = given !== null ? slice(word, given[0].length) : argumentAfter(words, index);
    if (text === null) return [];
    const at = text.value.indexOf('=');
    if (at <= 0) return [];
    return [{ name: text.value.slice(0, at), text: slice(text, at + 1), what: 'build argument' }];
  });
}

function argumentAfter(words: readonly Traced[], index: number): Traced | null {
  return words[index]?.value === '--build-arg' ? (words[index + 1] ?? null) : null;
}
