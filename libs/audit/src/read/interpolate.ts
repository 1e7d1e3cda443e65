import type { Interpolation } from '../model.js';
import { mapScalars } from '../text/edit.js';
import { hole } from '../text/holes.js';
import { substituted, type Traced } from '../text/traced.js';
import type { Tree } from '../text/tree.js';

// ${NAME}, ${NAME:-default} with one more inside the default, $NAME, $$.
const USE =
  /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-?+])((?:[^{}$]|\$\{[^{}]*\}|\$)*))?\}|\$([A-Za-z_]\w*)/g;
const DEEPEST = 3;

/** Where compose puts a variable of its shell into a text. */
export function usesIn(text: Traced): Interpolation[] {
  return [...text.value.matchAll(USE)].flatMap((match) => {
    const name = match[1] ?? match[4];
    if (name === undefined) return [];
    return [{ name, operator: match[2] ?? '', place: text.origin(match.index) }];
  });
}

/** The tree as compose sees it where nothing is set: defaults are put in, everything else is a hole. */
export function interpolated(tree: Tree): Tree {
  return mapScalars(tree, (scalar) => {
    if (!scalar.value.includes('$')) return scalar;
    const text = filledIn(scalar);
    return { ...scalar, value: text.value, origin: text.origin };
  });
}

function filledIn(text: Traced, depth = 0): Traced {
  return substituted(text, USE, ([found, braced, operator, said, bare]) => {
    if (found === '$$') return '$';
    const name = braced ?? bare ?? '';
    if (operator === undefined || !operator.endsWith('-')) return hole(name);
    const inner = { ...text, value: said ?? '' };
    return depth < DEEPEST ? filledIn(inner, depth + 1).value : hole(name);
  });
}
