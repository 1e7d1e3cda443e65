import type { Text } from '../model.js';
import type { Subject } from '../subject.js';
import { flagOf } from '../shell/flag.js';
import { isKnown } from '../text/holes.js';

/** What of `fp` a container runs: `migrate up`, `databases create`; null when it is another program. */
export function commandOfFp(command: readonly Text[]): string | null {
  const words = command.map(({ value }) => value);
  const at = words.findIndex((word) => /(?:^|\/)fp(?:\.mjs)?$/.test(word));
  return at < 0 ? null : words.slice(at + 1, at + 3).join(' ');
}

/** `--env NAME`, with `$(NAME)` as the variable's text; null where it is not said. */
export function environmentOf({ workload }: Subject): Text | null {
  const said = flagOf(workload.command, '--env');
  const name = said === null ? undefined : /^\$\(([A-Za-z_]\w*)\)$/.exec(said.value)?.[1];
  if (said === null || name === undefined) return said;
  const source = workload.variables.find((one) => one.name === name)?.source;
  return source?.kind === 'literal' && isKnown(source.text.value)
    ? { value: source.text.value, place: said.place }
    : said;
}
