import type {
  AndOr,
  Command,
  CommandArgument,
  CompoundList,
  ParsedScript,
  PipelineNode,
  Redirection,
  Statement,
  Word,
} from 'unbash';
import type { Place } from '../model.js';
import { slice, type Traced } from '../text/traced.js';
import type { ScriptRules, ShellCommand } from './script.js';
import { type Expansion, fieldsOf, textOf, type Variables } from './word.js';

// What a deployment script does, with its loops; a thousand services fit.
const MOST_COMMANDS = 5_000;
const DEEPEST = 20;
// Loops in loops that only assign, functions that call others twice, arrays that double themselves.
const MOST_STEPS = 100_000;
const MOST_WORDS = 200_000;
const LEAVES = ['exit', 'return', 'false'];

/** What a shell runs. */
type Runnable = PipelineNode | AndOr | CompoundList;

/** Where a node stands among the others, as far as failures are concerned. */
interface Standing {
  /** Its failure is the script's: it is the last one, or `set -e` holds. */
  readonly counts: boolean;
  /** Nothing comes after it in the script. */
  readonly last: boolean;
}

/** Goes through a script in the order in which the shell would, taking every branch. */
export class ScriptWalk {
  readonly commands: ShellCommand[] = [];
  readonly defects: { place: Place; message: string }[] = [];
  private readonly expansion: Expansion;
  private readonly variables: Variables;
  private readonly functions = new Map<string, Runnable>();
  private stopsOnError: boolean;
  private pipefail = false;
  private depth = 0;
  private steps = 0;
  private words = 0;

  constructor(
    private readonly source: Traced,
    rules: ScriptRules,
  ) {
    this.variables = new Map(rules.variables);
    this.stopsOnError = rules.stopsOnError;
    this.expansion = {
      script: source,
      variables: this.variables,
      onSubstitution: (part) => this.substitution(part),
    };
  }

  script(tree: ParsedScript): void {
    this.statements(tree.commands, { counts: true, last: true });
  }

  private statements(list: readonly Statement[], { last, counts }: Standing): void {
    for (const [index, statement] of list.entries()) {
      const isLast = index === list.length - 1;
      const background = statement.background === true;
      this.node(statement.command, {
        last: last && isLast && !background,
        counts: !background && ((isLast && counts) || this.stopsOnError),
      });
    }
  }

  private list(list: CompoundList | undefined, standing: Standing): void {
    if (list !== undefined) this.statements(list.commands, standing);
  }

  private node(node: Runnable, standing: Standing): void {
    this.steps += 1;
    if (this.depth > DEEPEST || this.steps > MOST_STEPS) return this.tooMuch(node);
    this.depth += 1;
    this.step(node, standing);
    this.depth -= 1;
  }

  private step(node: Runnable, standing: Standing): void {
    const ignored = { counts: false, last: false };
    switch (node.type) {
      case 'Command':
        return this.command(node, standing);
      case 'AndOr':
        return this.chain(node, standing);
      case 'Pipeline':
        for (const [index, part] of node.commands.entries()) {
          const tells = index === node.commands.length - 1 || this.pipefail;
          const negated = node.prefixes.some(({ type }) => type === 'Negation');
          this.node(part, tells && !negated ? standing : ignored);
        }
        return;
      case 'If':
        this.list(node.clause, this.leads([node.then, ...(node.else ? [node.else] : [])]));
        for (const { clause } of node.elif) this.list(clause, ignored);
        for (const branch of [node.then, ...node.elif.map((one) => one.then), node.else]) {
          this.list(branch, standing);
        }
        return;
      case 'For':
      case 'Select':
        return this.loop(node, standing);
      case 'While':
        this.list(node.clause, ignored);
        return this.list(node.body, standing);
      case 'Case':
        for (const { body } of node.items) this.list(body, standing);
        return;
      case 'Function':
        this.functions.set(node.name.value, node.body);
        return;
      case 'Redirected':
        return this.node(node.command, standing);
      case 'Coproc':
        return this.node(node.body, ignored);
      case 'CompoundList':
        return this.list(node, standing);
      case 'Subshell':
      case 'BraceGroup':
      case 'ArithmeticFor':
        return this.list(node.body, standing);
      case 'TestCommand':
      case 'ArithmeticCommand':
        return;
    }
  }

  /** Of `a && b || c`, what fails last decides; `|| exit 1` hands the failure on. */
  private chain({ commands, operators }: AndOr, standing: Standing): void {
    const lastOr = operators.lastIndexOf('||');
    for (const [index, command] of commands.entries()) {
      const isLast = index >= operators.length;
      const handedOn = operators[index] === '||' && leaves(commands[index + 1]);
      // Under `set -e` the shell goes on when a part of a chain fails that is not its last.
      const endsScript = lastOr < index && standing.last;
      const counts = isLast ? standing.counts : handedOn || endsScript;
      this.node(command, { counts, last: standing.last && isLast });
    }
  }

  /** The condition of an `if` decides when one of its branches leaves. */
  private leads(branches: readonly CompoundList[]): Standing {
    const leaving = branches.some(({ commands }) =>
      commands.some(({ command }) => leaves(command)),
    );
    return { counts: leaving, last: false };
  }

  private loop(
    {
      name,
      wordlist,
      body,
    }: { name: Word; wordlist: readonly Word[] | undefined; body: CompoundList },
    standing: Standing,
  ): void {
    const items = this.fields(wordlist ?? []);
    if (items.length === 0) {
      this.variables.delete(name.value);
      return this.list(body, standing);
    }
    for (const item of items) {
      if (this.commands.length > MOST_COMMANDS) return this.tooMuch(name);
      this.variables.set(name.value, item);
      // The loop ends with the status of its last round.
      const isLast = item === items.at(-1);
      this.list(body, { counts: standing.counts && (isLast || this.stopsOnError), last: false });
    }
  }

  private command({ name, prefix, suffix, pos }: Command, standing: Standing): void {
    if (this.commands.length > MOST_COMMANDS) return this.tooMuch({ pos });
    const own = new Map<string, Traced>();
    for (const part of prefix) {
      if (part.type !== 'Assignment') continue;
      const { value } = part;
      if (value.type === 'Word') own.set(part.name, textOf(value, this.expansion));
      else {
        this.variables.set(part.name, this.fields(value.elements));
      }
    }
    if (name === undefined) {
      for (const [key, value] of own) this.variables.set(key, value);
      return;
    }
    const words = this.fields([name, ...suffix]);
    this.run({ words, variables: own, decisive: standing.counts }, standing);
  }

  private fields(words: readonly (CommandArgument | Redirection)[]): Traced[] {
    const fields: Traced[] = [];
    for (const word of words) {
      if (this.words > MOST_WORDS) {
        this.tooMuch(word);
        break;
      }
      if (word.type !== 'Word' && word.type !== 'Assignment') continue;
      const made = fieldsOf(word, this.expansion);
      this.words += made.length;
      for (const field of made) fields.push(field);
    }
    return fields;
  }

  private run(command: ShellCommand, standing: Standing): void {
    const [name, ...args] = command.words;
    const body = name === undefined ? undefined : this.functions.get(name.value);
    if (body !== undefined) return this.call(body, args, standing);
    if (name?.value === 'set') this.options(args.map(({ value }) => value));
    if (name?.value === 'export' || name?.value === 'local' || name?.value === 'readonly') {
      for (const argument of args) this.exported(argument);
    }
    this.commands.push(command);
  }

  private call(body: Runnable, args: readonly Traced[], standing: Standing): void {
    const before = new Map(this.variables);
    for (const [index, argument] of args.entries()) this.variables.set(`${index + 1}`, argument);
    this.variables.set('@', args);
    this.node(body, standing);
    for (const name of ['@', ...args.map((_, index) => `${index + 1}`)]) {
      const value = before.get(name);
      if (value === undefined) this.variables.delete(name);
      else this.variables.set(name, value);
    }
  }

  private options(args: readonly string[]): void {
    for (const [index, option] of args.entries()) {
      if (/^-[a-z]*e/.test(option)) this.stopsOnError = true;
      if (/^\+[a-z]*e/.test(option)) this.stopsOnError = false;
      if (option === 'errexit') this.stopsOnError = args[index - 1]?.startsWith('-') === true;
      if (option === 'pipefail') this.pipefail = args[index - 1]?.startsWith('-') === true;
    }
  }

  private exported(argument: Traced): void {
    const at = argument.value.indexOf('=');
    if (at <= 0) return;
    this.variables.set(argument.value.slice(0, at), slice(argument, at + 1));
  }

  private substitution(part: { type: string; script?: unknown }): void {
    if (part.type !== 'CommandExpansion' && part.type !== 'ProcessSubstitution') return;
    const inner = part.script as ParsedScript | undefined;
    // Offsets of a script in backticks with escapes are its own.
    if (inner === undefined || inner.source !== undefined) return;
    this.depth += 1;
    if (this.depth <= DEEPEST) this.statements(inner.commands, { counts: false, last: false });
    this.depth -= 1;
  }

  private tooMuch({ pos }: { pos: number }): void {
    const message = 'the script does more than the audit follows';
    if (this.defects.length === 0) this.defects.push({ place: this.source.origin(pos), message });
  }
}

function leaves(node: Runnable | undefined): boolean {
  if (node?.type === 'Command') return LEAVES.includes(node.name?.value ?? '');
  if (node?.type !== 'BraceGroup') return false;
  return node.body.commands.some(({ command }) => leaves(command));
}
