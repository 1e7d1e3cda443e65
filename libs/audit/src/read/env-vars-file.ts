import type { Variable } from '../model.js';
import type { ShellCommand } from '../shell/script.js';
import { flagOf } from '../shell/flag.js';
import { entriesAt } from '../text/tree.js';
import type { Surroundings } from './follow.js';

/** The variables of `--env-vars-file=FILE`; null where there is no such flag, or no such file here. */
export function variablesOfFile(
  { words }: ShellCommand,
  by: string,
  { files }: Surroundings,
): Variable[] | null {
  const named = flagOf(words, '--env-vars-file');
  const path = named === null ? undefined : files.named(named.value, by);
  const root = path === undefined ? undefined : files.yaml(path)?.documents[0];
  if (path === undefined || root?.kind !== 'map') return null;
  files.taken.add(path);
  return entriesAt(root).flatMap(({ key, keyPlace, value }): Variable[] =>
    value.kind === 'scalar'
      ? [{ name: key, place: keyPlace, source: { kind: 'literal', text: value } }]
      : [],
  );
}
