import type { Text } from '../model.js';

/** What stands behind a flag; null where the flag is missing. */
export function flagOf(command: readonly Text[], flag: string): Text | null {
  const at = command.findIndex(({ value }) => value === flag || value.startsWith(`${flag}=`));
  const word = command[at];
  if (word === undefined) return null;
  if (word.value === flag) return command[at + 1] ?? null;
  return { value: word.value.slice(flag.length + 1), place: word.place };
}
