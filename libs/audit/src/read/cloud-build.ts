import { linked } from './link-actions.js';
import type { Action, Setting, Step, Text } from '../model.js';
import { readScript, type ShellCommand } from '../shell/script.js';
import { followed, type Surroundings } from './follow.js';
import { pinned, slice, type Traced } from '../text/traced.js';
import { get, isTrue, itemsAt, textAt, textsAt, type Tree, valueAt } from '../text/tree.js';
import { buildArguments } from './build-arguments.js';
import { closure } from './step-order.js';
import { Substitutions } from './substitutions.js';

// Cloud Build takes three hundred; each knows all that have ended before it.
const MOST_STEPS = 1_000;

/** Reads a build of Cloud Build: its steps in their order, and what each of them does. */
export function readCloudBuild(root: Tree, around: Surroundings): void {
  const substitutions = new Substitutions(root);
  const trees = itemsAt(root, 'steps');
  if (trees.length > MOST_STEPS) {
    around.draft.cannotRead(root.place, `more than ${MOST_STEPS} steps`);
    return;
  }
  const mapsAll = isTrue(root, 'options', 'automapSubstitutions');
  const read = trees.map((tree) => new StepReader(tree, substitutions, around, mapsAll));
  const ids = trees.map((tree, index) => valueAt(tree, 'id') ?? `step ${index + 1}`);
  const direct = trees.map((tree, index) => waitsFor(tree, index, ids));
  const after = closure(direct);
  around.draft.pipelines.push({
    platform: 'cloud-build',
    place: root.place,
    steps: read.map((step, index) => step.made(ids[index] ?? '', after[index] ?? new Set())),
    undefinedSubstitutions: substitutions.undefinedUses,
    shellVariables: substitutions.shellUses,
    serviceAccount: accountOf(root, substitutions),
    settings: [
      ...read.flatMap(({ settings }) => settings),
      ...environment(get(root, 'options'), substitutions),
    ],
  });
}

function accountOf(root: Tree, substitutions: Substitutions): Text | null {
  const account = textAt(root, 'serviceAccount');
  return account === null ? null : substitutions.apply(account);
}

/** Without `waitFor` a step waits for all before it; `-` waits for none. */
function waitsFor(tree: Tree, index: number, ids: readonly string[]): number[] {
  if (get(tree, 'waitFor') === undefined) return ids.slice(0, index).map((_, before) => before);
  return textsAt(tree, 'waitFor').flatMap(({ value }) => {
    const at = ids.indexOf(value);
    return at >= 0 && at < index ? [at] : [];
  });
}

function environment(tree: Tree | undefined, substitutions: Substitutions): Setting[] {
  return textsAt(tree, 'env').map((raw) => {
    const text = substitutions.apply(raw);
    const at = Math.max(text.value.indexOf('='), 0);
    return { name: text.value.slice(0, at), text: slice(text, at + 1), what: 'variable' };
  });
}

class StepReader {
  readonly settings: Setting[];
  private readonly variables: ReadonlyMap<string, Traced>;
  private readonly actions: Action[];

  constructor(
    private readonly tree: Tree,
    private readonly substitutions: Substitutions,
    private readonly around: Surroundings,
    private readonly mapsAll: boolean,
  ) {
    const set = environment(tree, substitutions);
    this.variables = new Map(
      set.map(({ name, text }) => [name, pinned(text.value, text.place)] as const),
    );
    const commands = this.commands();
    this.actions = linked(commands, tree.place.file, around);
    this.settings = [...set, ...commands.flatMap(({ words }) => buildArguments(words))];
  }

  made(id: string, after: ReadonlySet<number>): Step {
    const mayFail =
      isTrue(this.tree, 'allowFailure') || get(this.tree, 'allowExitCodes') !== undefined;
    return { id, place: this.tree.place, stops: !mayFail, after, actions: this.actions };
  }

  private commands(): ShellCommand[] {
    const script = textAt(this.tree, 'script');
    if (script !== null) {
      // The text of `script` is not substituted unless the build says so.
      const mapped = this.mapsAll || isTrue(this.tree, 'automapSubstitutions');
      return this.script(mapped ? this.substitutions.apply(script) : script);
    }
    const args = textsAt(this.tree, 'args').map((arg) => this.substitutions.apply(arg));
    const image = textAt(this.tree, 'name');
    const entry = textAt(this.tree, 'entrypoint');
    const program =
      entry !== null
        ? this.substitutions.apply(entry)
        : image !== null
          ? programOf(this.substitutions.apply(image))
          : pinned('', this.tree.place);
    return this.commandsIn([{ words: [program, ...args], variables: new Map(), decisive: true }]);
  }

  private script(script: Traced): ShellCommand[] {
    const { commands, defects } = readScript(script, {
      variables: this.variables,
      stopsOnError: false,
    });
    for (const { place, message } of defects) this.around.draft.cannotRead(place, message);
    return this.commandsIn(commands);
  }

  private commandsIn(commands: readonly ShellCommand[]): ShellCommand[] {
    return followed(commands, this.variables, this.around);
  }
}

/** A builder is called like its program: `gcr.io/cloud-builders/npm`. */
function programOf(image: Traced): Traced {
  const name =
    image.value
      .split('/')
      .at(-1)
      ?.replace(/[:@].*$/, '') ?? '';
  return pinned(name, image.place);
}
