import type { Place } from '../model.js';
import { slice, type Traced } from '../text/traced.js';
import { readScript, type ScriptRules, type ShellCommand } from './script.js';

// Programs that start another one, and how many words of theirs stand before it (options aside).
const STARTERS: Readonly<Record<string, number>> = {
  env: 0,
  exec: 0,
  command: 0,
  nice: 0,
  nohup: 0,
  sudo: 0,
  time: 0,
  timeout: 1,
  tini: 0,
  'dumb-init': 0,
};
const DEEPEST = 5;

/** Where a script cannot be followed is said, not skipped. */
export interface OnDefect {
  cannotRead(place: Place, message: string): void;
}

/** The script of `bash -ec SCRIPT` and of `su USER -c SCRIPT`; null when the words are no shell with a script. */
export function shellScript(
  words: readonly Traced[],
): { script: Traced; stopsOnError: boolean } | null {
  const [program, ...args] = words;
  if (program === undefined || !/(?:^|\/)(?:(?:ba|da|a)?sh|su)$/.test(program.value)) return null;
  const at = args.findIndex(({ value }) => /^-[a-z]*c[a-z]*$/.test(value));
  // `bash -c -e SCRIPT`: options may follow; the first word that is none is the script.
  const script = at < 0 ? undefined : args.slice(at + 1).find(({ value }) => !/^[-+]/.test(value));
  if (script === undefined) return null;
  const options = args.slice(0, args.indexOf(script)).map(({ value }) => value);
  const stopsOnError = options.some((one) => /^-[a-z]*e/.test(one)) || options.includes('errexit');
  return { script, stopsOnError };
}

/** A command, or the commands inside it where it is a shell, `env`, `timeout` or their like. */
export function unwrapped(
  command: ShellCommand,
  variables: ScriptRules['variables'] = new Map(),
  notes: OnDefect = { cannotRead: () => undefined },
  depth = 0,
): ShellCommand[] {
  if (depth > DEEPEST) return [command];
  const inner = shellScript(command.words);
  if (inner !== null) {
    const { script, stopsOnError } = inner;
    const { commands, defects } = readScript(script, { variables, stopsOnError });
    for (const { place, message } of defects) notes.cannotRead(place, message);
    return commands.flatMap((one) =>
      unwrapped(
        { ...one, decisive: one.decisive && command.decisive },
        variables,
        notes,
        depth + 1,
      ),
    );
  }
  const started = startedBy(command.words);
  if (started === null) return [command];
  const { words, set } = started;
  const own = new Map([...command.variables, ...set]);
  return unwrapped({ ...command, words, variables: own }, variables, notes, depth + 1);
}

function startedBy(words: readonly Traced[]): { words: Traced[]; set: [string, Traced][] } | null {
  const [program, ...args] = words;
  const name = program?.value.slice(program.value.lastIndexOf('/') + 1) ?? '';
  const skipped = Object.hasOwn(STARTERS, name) ? STARTERS[name] : undefined;
  if (skipped === undefined) return null;
  const set: [string, Traced][] = [];
  let index = 0;
  let left = skipped;
  for (; index < args.length; index += 1) {
    const word = args[index];
    if (word === undefined) break;
    const at = word.value.indexOf('=');
    if (word.value.startsWith('-')) continue;
    if (name === 'env' && at > 0) set.push([word.value.slice(0, at), slice(word, at + 1)]);
    else if (left > 0) left -= 1;
    else break;
  }
  const rest = args.slice(index);
  return rest.length === 0 ? null : { words: rest, set };
}
