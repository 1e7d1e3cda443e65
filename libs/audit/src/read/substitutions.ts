import type { Text } from '../model.js';
import { hole } from '../text/holes.js';
import { pinned, slice, substituted, type Traced } from '../text/traced.js';
import { entriesAt, isTrue, type Tree } from '../text/tree.js';

/** What Cloud Build itself puts in: cloud.google.com/build/docs/configuring-builds/substitute-variable-values */
const BUILT_IN = new Set([
  'PROJECT_ID',
  'PROJECT_NUMBER',
  'BUILD_ID',
  'LOCATION',
  'TRIGGER_NAME',
  'TRIGGER_BUILD_CONFIG_PATH',
  'COMMIT_SHA',
  'SHORT_SHA',
  'REVISION_ID',
  'REPO_NAME',
  'REPO_FULL_NAME',
  'BRANCH_NAME',
  'TAG_NAME',
  'REF_NAME',
  'SERVICE_ACCOUNT',
  'SERVICE_ACCOUNT_EMAIL',
]);
// Sent by triggers for pull requests; user-defined in form, and nobody has to define them.
const OF_TRIGGERS = /^_(HEAD_BRANCH|BASE_BRANCH|HEAD_REPO_URL|PR_NUMBER)$/;
// `${_NAME:-default}` and the like are Cloud Build's for its own names; the shell reads the others.
const USE =
  /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$([A-Za-z_][A-Za-z0-9_]*)|\$\{(_[A-Z0-9_]+)([:%#^,/][^{}$]{0,200})\}/g;

const NOWHERE = { file: '', line: 1, column: 1 };

/** Cloud Build's substitutions of one file. */
export class Substitutions {
  readonly undefinedUses: Text[] = [];
  readonly shellUses: Text[] = [];
  private readonly values: ReadonlyMap<string, string>;
  private readonly expanded = new Map<string, string>();

  constructor(root: Tree) {
    this.values = new Map(
      entriesAt(root, 'substitutions').flatMap(({ key, value }) =>
        value.kind === 'scalar' ? [[key, value.value] as const] : [],
      ),
    );
    for (const { key, value } of entriesAt(root)) if (key !== 'substitutions') this.scan(value);
  }

  /** The text as a step gets it: `$$` is a dollar, and what only the trigger knows is a hole. */
  apply(text: Traced): Traced {
    return substituted(text, USE, ([found, braced, bare, changed, how = '']) => {
      if (found === '$$') return '$';
      if (changed !== undefined) return this.changed(changed, how);
      const name = braced ?? bare ?? '';
      return this.valueOf(name);
    });
  }

  private changed(name: string, how: string): string {
    if (!how.startsWith(':-')) return hole(name);
    return (this.values.get(name) ?? '') === '' ? how.slice(2) : this.valueOf(name);
  }

  /** One level: a default that is made of others is unknown where those are. */
  private valueOf(name: string): string {
    const known = this.expanded.get(name);
    if (known !== undefined) return known;
    const value = this.values.get(name);
    const made =
      value === undefined
        ? hole(name)
        : substituted(pinned(value, NOWHERE), USE, ([, a, b]) => this.inner(a ?? b)).value;
    this.expanded.set(name, made);
    return made;
  }

  private inner(name: string | undefined): string {
    if (name === undefined) return '$';
    const value = this.values.get(name);
    return value === undefined || value.includes('$') ? hole(name) : value;
  }

  /** Everything is substituted but the text of `script`. */
  private scan(tree: Tree): void {
    if (tree.kind === 'list') for (const item of tree.items) this.scan(item);
    if (tree.kind === 'map') {
      const mapped = isTrue(tree, 'automapSubstitutions');
      for (const { key, value } of entriesAt(tree)) {
        if (key !== 'script' || mapped) this.scan(value);
      }
    }
    if (tree.kind === 'scalar') this.scanText(tree);
  }

  private scanText(text: Traced): void {
    for (const match of text.value.matchAll(USE)) {
      const name = match[1] ?? match[2];
      if (name === undefined || this.values.has(name) || BUILT_IN.has(name)) continue;
      if (OF_TRIGGERS.test(name)) continue;
      const use = slice(text, match.index, match.index + match[0].length);
      (name.startsWith('_') ? this.undefinedUses : this.shellUses).push(use);
    }
  }
}
