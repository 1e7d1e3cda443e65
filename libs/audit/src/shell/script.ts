import { parse } from 'unbash';
import type { Place } from '../model.js';
import type { Traced } from '../text/traced.js';
import { ScriptWalk } from './walk.js';

/** One command as the shell would run it, variables, quotes, loops and functions resolved. */
export interface ShellCommand {
  readonly words: readonly Traced[];
  /** Variables that it alone gets: `NAME=value program`. */
  readonly variables: ReadonlyMap<string, Traced>;
  /** Whether its failure ends the script with a failure. */
  readonly decisive: boolean;
}

export interface ScriptReading {
  readonly commands: readonly ShellCommand[];
  /** Where the script could not be followed, and why. */
  readonly defects: readonly { readonly place: Place; readonly message: string }[];
}

export interface ScriptRules {
  /** What is set before it starts. */
  readonly variables: ReadonlyMap<string, Traced>;
  /** `bash -e`, as GitHub runs it. */
  readonly stopsOnError: boolean;
}

/** Reads a bash script without running it. Never throws. */
export function readScript(script: Traced, rules: ScriptRules): ScriptReading {
  const tree = parse(script.value);
  const walk = new ScriptWalk(script, rules);
  walk.script(tree);
  const defects = (tree.errors ?? []).map(({ message, pos }) => ({
    place: script.origin(Math.min(pos, script.value.length)),
    message: `the script cannot be read: ${message}`,
  }));
  return { commands: walk.commands, defects: [...defects, ...walk.defects] };
}

/** A command line in one text, as Dockerfiles and compose files have it. */
export function wordsOf(line: Traced): Traced[] {
  const { commands } = readScript(line, { variables: new Map(), stopsOnError: false });
  return commands.flatMap(({ words }) => words);
}
