import type { Traced } from '../text/traced.js';
import { entriesAt, get, itemsAt, type Tree } from '../text/tree.js';

/** `matrix.service` and what it is in one run of a job. */
export type Combination = ReadonlyMap<string, Traced>;

// GitHub starts no more jobs of one matrix.
const MOST = 256;

/** Every run of a job with a matrix, with its `include` and `exclude`; one without anything where it has none. */
export function combinationsOf(job: Tree): readonly Combination[] {
  const matrix = get(job, 'strategy', 'matrix');
  const axes = entriesAt(matrix).filter(({ key }) => key !== 'include' && key !== 'exclude');
  let runs: Combination[] = [new Map()];
  for (const { key, value } of axes) {
    const items = itemsAt(value);
    // An expression knows it, and the file does not.
    if (items.length === 0) continue;
    runs = runs
      .flatMap((run) => items.map((item) => new Map([...run, ...named(key, item)])))
      .slice(0, MOST);
  }
  const left = runs.filter((run) => !itemsAt(matrix, 'exclude').some((one) => agrees(run, one)));
  return included(left, itemsAt(matrix, 'include'), axes.length > 0);
}

/** An `include` that contradicts no run is added to it; one that contradicts all of them is a run of its own. */
function included(
  runs: readonly Combination[],
  items: readonly Tree[],
  hasAxes: boolean,
): readonly Combination[] {
  const own: Combination[] = [];
  let all = runs;
  for (const item of items.slice(0, MOST)) {
    const added = combined(item);
    const fits = (run: Combination): boolean =>
      hasAxes && [...added].every(([key, { value }]) => (run.get(key)?.value ?? value) === value);
    if (!runs.some(fits)) own.push(added);
    all = all.map((run, index) => {
      const before = runs[index];
      return before !== undefined && fits(before) ? new Map([...run, ...added]) : run;
    });
  }
  return hasAxes || own.length === 0 ? [...all, ...own] : own;
}

function combined(item: Tree): Combination {
  return new Map(entriesAt(item).flatMap(({ key, value }) => named(key, value)));
}

function agrees(run: Combination, item: Tree): boolean {
  return [...combined(item)].every(([key, { value }]) => run.get(key)?.value === value);
}

/** A text by its name, and the texts of a mapping by theirs: `matrix.target.service`. */
function named(key: string, tree: Tree): [string, Traced][] {
  if (tree.kind === 'scalar') return [[`matrix.${key}`, tree]];
  return entriesAt(tree).flatMap(({ key: inner, value }): [string, Traced][] =>
    value.kind === 'scalar' ? [[`matrix.${key}.${inner}`, value]] : [],
  );
}
