import { linked } from './link-actions.js';
import type { Action, Setting, Step } from '../model.js';
import { readScript, type ShellCommand, wordsOf } from '../shell/script.js';
import { followed, type Surroundings } from './follow.js';
import { hole } from '../text/holes.js';
import { pinned, slice, substituted, type Traced } from '../text/traced.js';
import {
  entriesAt,
  get,
  isTrue,
  itemsAt,
  textAt,
  textsAt,
  type Tree,
  valueAt,
} from '../text/tree.js';
import { buildArguments } from './build-arguments.js';
import { combinationsOf } from './matrix.js';
import { closure } from './step-order.js';

// Longer ones are no names of variables; without a bound an open brace would be looked at again and again.
const EXPRESSION = /\$\{\{((?:[^}]|\}(?!\})){0,500})\}\}/g;
const DEPLOY_ACTION = /^google-github-actions\/deploy-cloudrun@/;
// Shells whose scripts are no bash.
const OTHER_SHELL = /^(?:pwsh|powershell|cmd|python)/;

// GitHub starts no more of either; each knows all that have ended before it.
const MOST_JOBS = 256;
const MOST_STEPS = 2_000;

type Environment = ReadonlyMap<string, Traced>;

export function isWorkflow(root: Tree): boolean {
  return entriesAt(root, 'jobs').some(
    ({ value }) => get(value, 'steps') !== undefined || get(value, 'uses') !== undefined,
  );
}

/** Reads a GitHub workflow: every job's steps, those of the jobs that it needs before its own. */
export function readWorkflow(root: Tree, around: Surroundings): void {
  const { draft } = around;
  const global = environmentOf(root, new Map());
  const steps: { read: StepReader; direct: number[] }[] = [];
  const lastOf = new Map<string, number[]>();
  const jobs = entriesAt(root, 'jobs');
  if (jobs.length > MOST_JOBS) return draft.cannotRead(root.place, `more than ${MOST_JOBS} jobs`);
  for (const { key, value: job } of inOrder(jobs)) {
    const needed = textsAt(job, 'needs').flatMap(({ value }) => lastOf.get(value) ?? []);
    const ends: number[] = [];
    for (const run of combinationsOf(job)) {
      const variables = environmentOf(job, new Map([...global, ...run]));
      let before = needed;
      for (const step of itemsAt(job, 'steps')) {
        if (steps.length >= MOST_STEPS)
          return draft.cannotRead(step.place, `more than ${MOST_STEPS} steps`);
        steps.push({ read: new StepReader(step, variables, around), direct: before });
        before = [steps.length - 1];
      }
      ends.push(...before);
    }
    lastOf.set(key, ends);
    if (get(job, 'uses') !== undefined) {
      draft.note(job.place, `the job ${key} is a workflow of its own, which is not followed`);
    }
  }
  const after = closure(steps.map(({ direct }) => direct));
  draft.pipelines.push({
    platform: 'github',
    place: root.place,
    steps: steps.map(({ read }, index) => read.made(after[index] ?? new Set())),
    undefinedSubstitutions: [],
    shellVariables: [],
    serviceAccount: undefined,
    settings: [...settingsOf(global), ...steps.flatMap(({ read }) => read.settings)],
  });
}

/** Jobs behind those that they need; a circle stays as it is written. */
function inOrder(jobs: readonly { key: string; value: Tree }[]): { key: string; value: Tree }[] {
  const done: { key: string; value: Tree }[] = [];
  let rest = [...jobs];
  while (rest.length > 0) {
    const ready = rest.filter(({ value }) =>
      textsAt(value, 'needs').every((need) => !rest.some(({ key }) => key === need.value)),
    );
    const next = ready.length > 0 ? ready : rest;
    done.push(...next);
    rest = rest.filter((one) => !next.includes(one));
  }
  return done;
}

function environmentOf(tree: Tree, outer: Environment): Environment {
  const own = entriesAt(tree, 'env').flatMap(({ key, value }) =>
    value.kind === 'scalar' ? [[key, evaluated(value, outer)] as const] : [],
  );
  return new Map([...outer, ...own]);
}

/** `${{ env.NAME }}` and `${{ matrix.NAME }}` are known where the file says them; every other expression is a hole. */
function evaluated(text: Traced, variables: Environment): Traced {
  return substituted(text, EXPRESSION, ([, inner = '']) => {
    const expression = inner.trim();
    const [, env, matrix] = /^(?:env\.([A-Za-z_]\w*)|(matrix\.[\w.-]+))$/.exec(expression) ?? [];
    const name = env ?? matrix;
    return (name === undefined ? undefined : variables.get(name)?.value) ?? hole(expression);
  });
}

function settingsOf(variables: Environment): Setting[] {
  return [...variables].map(([name, text]) => ({ name, text, what: 'variable' }));
}

class StepReader {
  readonly settings: Setting[];
  private readonly actions: Action[];

  constructor(
    private readonly tree: Tree,
    outer: Environment,
    private readonly around: Surroundings,
  ) {
    const variables = environmentOf(tree, outer);
    const commands = this.commands(variables);
    this.actions = linked(commands, tree.place.file, around);
    this.settings = [
      ...settingsOf(new Map([...variables].filter(([name]) => !outer.has(name)))),
      ...commands.flatMap(({ words }) => buildArguments(words)),
    ];
  }

  made(after: ReadonlySet<number>): Step {
    const { tree } = this;
    const id = valueAt(tree, 'id') ?? valueAt(tree, 'name') ?? valueAt(tree, 'uses') ?? 'a step';
    const stops = !isTrue(tree, 'continue-on-error');
    return { id, place: tree.place, stops, after, actions: this.actions };
  }

  private commands(variables: Environment): ShellCommand[] {
    const script = textAt(this.tree, 'run');
    const uses = valueAt(this.tree, 'uses') ?? '';
    if (script === null) return DEPLOY_ACTION.test(uses) ? [this.deployment(variables)] : [];
    const shell = valueAt(this.tree, 'shell') ?? 'bash';
    if (OTHER_SHELL.test(shell)) {
      this.around.draft.note(script.place, `a script of ${shell} is not followed`);
      return [];
    }
    // GitHub starts bash with -e.
    const rules = { variables, stopsOnError: true };
    const { commands, defects } = readScript(evaluated(script, variables), rules);
    for (const { place, message } of defects) this.around.draft.cannotRead(place, message);
    return followed(commands, variables, this.around);
  }

  /** The action as the command that it stands for. */
  private deployment(variables: Environment): ShellCommand {
    const { tree } = this;
    const input = (key: string): Traced | null => {
      const text = textAt(tree, 'with', key);
      return text === null ? null : evaluated(text, variables);
    };
    const word = (value: string): Traced => pinned(value, tree.place);
    const flag = (key: string, name: string): Traced[] => {
      const text = input(key);
      return text === null ? [] : [word(name), ...listed(text)];
    };
    const metadata = input('metadata');
    if (metadata !== null) {
      const program = ['gcloud', 'run', 'services', 'replace'].map(word);
      return { words: [...program, metadata], variables: new Map(), decisive: true };
    }
    const name = input('service') ?? input('job') ?? word('');
    const words = [
      ...['gcloud', 'run', ...(input('job') === null ? ['deploy'] : ['jobs', 'deploy'])].map(word),
      name,
      ...flag('image', '--image'),
      ...flag('region', '--region'),
      ...flag('env_vars', '--set-env-vars'),
      ...flag('secrets', '--set-secrets'),
      ...(valueAt(tree, 'with', 'no_traffic') === 'true' ? [word('--no-traffic')] : []),
      ...wordsOf(input('flags') ?? word('')),
    ];
    return { words, variables: new Map(), decisive: true };
  }
}

/** The action takes lines as well as commas. */
function listed(text: Traced): Traced[] {
  const end = text.value.trimEnd().length;
  const whole = slice(text, 0, end);
  return [substituted(whole, /\s*\n\s*/g, () => ',')];
}
