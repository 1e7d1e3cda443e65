import type { Place } from '../model.js';
import { filled, shown, withoutMarks } from '../text/holes.js';
import { SourceFile } from '../text/source-file.js';
import { traced } from '../text/traced.js';
import type { Draft } from './draft.js';
import type { FileSet } from './file-set.js';
import { readScript, type ScriptRules, type ShellCommand } from '../shell/script.js';
import { unwrapped } from '../shell/unwrap.js';

/** Where the commands of a step are looked for, and where it is said that they cannot be followed. */
export interface Surroundings {
  readonly draft: Draft;
  readonly files: FileSet;
}

const DEEPEST = 3;

/** Commands with the scripts of this checkout that they start. */
export function followed(
  commands: readonly ShellCommand[],
  variables: ScriptRules['variables'],
  { draft, files }: Surroundings,
  depth = 0,
): ShellCommand[] {
  return commands
    .flatMap((command) => unwrapped(command, variables, draft))
    .flatMap((command): ShellCommand[] => {
      const called = scriptFile(command, { draft, files });
      if (called === undefined || depth >= DEEPEST) return [command];
      const { path, args, stopsOnError } = called;
      const file = files.text(path);
      if (file === undefined) return [command];
      files.taken.add(path);
      const source = new SourceFile(file.path, withoutMarks(file.text));
      const text = traced(source.text, (offset): Place => source.placeAt(offset));
      const given = args.map((word, index) => [`${index + 1}`, word] as const);
      const own = new Map([...variables, ...command.variables, ...given]);
      const reading = readScript(text, { variables: own, stopsOnError });
      for (const { place, message } of reading.defects) draft.cannotRead(place, message);
      const inner = followed(reading.commands, own, { draft, files }, depth + 1);
      return inner.map((one) => ({ ...one, decisive: one.decisive && command.decisive }));
    });
}

/** `bash FILE arguments` and `./FILE arguments`. */
function scriptFile(
  { words }: ShellCommand,
  { draft, files }: Surroundings,
): { path: string; args: ShellCommand['words']; stopsOnError: boolean } | undefined {
  const [program, ...rest] = words;
  if (program === undefined) return undefined;
  const isShell = /(?:^|\/)(?:ba|da)?sh$/.test(program.value);
  const at = isShell ? rest.findIndex(({ value }) => !value.startsWith('-')) : -1;
  const file = isShell ? rest[at] : program;
  if (file === undefined || !file.value.endsWith('.sh')) return undefined;
  // `$(dirname "$0")/other.sh` lies beside the script that starts it.
  const path = files.named(filled(file.value, '.'), file.place.file);
  if (path === undefined) {
    draft.note(
      file.place,
      `${shown(file.value)} is not among the files: what it does is not known`,
    );
    return undefined;
  }
  const stopsOnError = rest.slice(0, Math.max(at, 0)).some(({ value }) => /^-[a-z]*e/.test(value));
  return { path, args: rest.slice(at + 1), stopsOnError };
}
