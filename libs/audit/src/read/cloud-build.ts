import { actionsOf } from '../gcloud/action.js';
import type { Action, Setting, Step } from '../model.js';
import { readScript } from '../shell/script.js';
import { pinned, slice, type Traced } from '../text/traced.js';
import { get, isTrue, itemsAt, textAt, textsAt, type Tree, valueAt } from '../text/tree.js';
import type { Draft } from './draft.js';
import { buildArguments } from './build-arguments.js';
import { closure } from './step-order.js';
import { Substitutions } from './substitutions.js';

/** Reads a build of Cloud Build: its steps in their order, and what each of them does. */
export function readCloudBuild(root: Tree, draft: Draft): void {
  const substitutions = new Substitutions(root);
  const trees = itemsAt(root, 'steps');
  const read = trees.map((tree) => new StepReader(tree, substitutions, draft));
  const ids = trees.map((tree, index) => valueAt(tree, 'id') ?? `step ${index + 1}`);
  const direct = trees.map((tree, index) => waitsFor(tree, index, ids));
  const after = closure(direct);
  draft.pipelines.push({
    platform: 'cloud-build',
    place: root.place,
    steps: read.map((step, index) => step.made(ids[index] ?? '', after[index] ?? new Set())),
    undefinedSubstitutions: substitutions.undefinedUses,
    shellVariables: substitutions.shellUses,
    settings: [
      ...read.flatMap(({ settings }) => settings),
      ...environment(get(root, 'options'), substitutions),
    ],
  });
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
    private readonly draft: Draft,
  ) {
    const set = environment(tree, substitutions);
    this.variables = new Map(
      set.map(({ name, text }) => [name, pinned(text.value, text.place)] as const),
    );
    const commands = this.commands();
    this.actions = commands.flatMap((command) => actionsOf(command, tree.place.file));
    this.settings = [...set, ...commands.flatMap(({ words }) => buildArguments(words))];
  }

  made(id: string, after: ReadonlySet<number>): Step {
    const mayFail =
      isTrue(this.tree, 'allowFailure') || get(this.tree, 'allowExitCodes') !== undefined;
    return { id, place: this.tree.place, stops: !mayFail, after, actions: this.actions };
  }

  private commands(): ReturnType<typeof readScript>['commands'] {
    const script = textAt(this.tree, 'script');
    if (script !== null) {
      // The text of `script` is not substituted unless the build says so.
      const mapped = isTrue(this.tree, 'automapSubstitutions');
      return this.followed(mapped ? this.substitutions.apply(script) : script, false);
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
    const inner = shellScript(program, args);
    if (inner !== null) return this.followed(inner.script, inner.stopsOnError);
    return [{ words: [program, ...args], variables: new Map(), decisive: true }];
  }

  private followed(
    script: Traced,
    stopsOnError: boolean,
  ): ReturnType<typeof readScript>['commands'] {
    const { commands, defects } = readScript(script, { variables: this.variables, stopsOnError });
    for (const { place, message } of defects) this.draft.note(place, message);
    return commands;
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

/** The script of `bash -ec SCRIPT`; null when the words are no shell with a script. */
export function shellScript(
  program: Traced,
  args: readonly Traced[],
): { script: Traced; stopsOnError: boolean } | null {
  if (!/(?:^|\/)(?:ba|da)?sh$/.test(program.value)) return null;
  const at = args.findIndex(({ value }) => /^-[a-z]*c$/.test(value));
  // `bash -c -e SCRIPT`: options may follow; the first word that is none is the script.
  const script = at < 0 ? undefined : args.slice(at + 1).find(({ value }) => !/^[-+]/.test(value));
  if (script === undefined) return null;
  const options = args.slice(0, args.indexOf(script)).map(({ value }) => value);
  const stopsOnError = options.some((one) => /^-[a-z]*e/.test(one)) || options.includes('errexit');
  return { script, stopsOnError };
}
