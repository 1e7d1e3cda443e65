import { notesOf, type VariableNote, type VariableTraits } from './environment-notes.js';

/** One thing that is wrong with the configuration. Never carries a value, only names and forms. */
export interface ConfigProblem {
  /** Stable, documented, e.g. `DBCFG_MISSING`. */
  code: string;
  var: string;
  reason: string;
  hint: string;
}

/** Every problem at once: an operator mends a deployment in one round, not in seven. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map((p) => `${p.var}: ${p.code}`).join(', '));
  }
}

interface Range {
  min: number;
  max: number;
}
interface IntegerRule extends Range {
  default: number;
}

const INTEGER = /^[0-9]{1,10}$/;
const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/**
 * Reads a process environment once and collects every problem instead of stopping at the first.
 * Pure: the variables and the file reader are passed in.
 *
 * Each reader method returns a usable value even when it found a problem, so that reading goes on;
 * {@link Environment.finish} throws if anything was wrong.
 *
 * Whatever is asked for is noted: {@link Environment.notes} is what a program reads, by its own account,
 * and deployment files are made of that. So values are to be had through the reader methods alone, and
 * every variable is asked for whether others are set or not.
 */
export class Environment {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: ConfigProblem[] = [];
  readonly #vars: Readonly<Record<string, string | undefined>>;
  readonly #notes = notesOf();

  constructor(
    vars: Readonly<Record<string, string | undefined>>,
    /** Reads a text file (for `*_FILE` variables); throws when it cannot. */
    readonly readFile: (path: string) => string,
  ) {
    this.#vars = vars;
  }

  /** Every variable that was asked for so far, in that order. */
  get notes(): readonly VariableNote[] {
    return this.#notes.all();
  }

  /** The names that are set, for those who refuse or warn of unknown ones. Tells no value, notes nothing. */
  get names(): readonly string[] {
    return Object.keys(this.#vars).filter((name) => this.#vars[name] !== undefined);
  }

  problem(code: string, name: string, reason: string, hint: string): void {
    this.problems.push({ code, var: name, reason, hint });
  }

  warn(code: string, name: string, reason: string, hint: string): void {
    this.warnings.push({ code, var: name, reason, hint });
  }

  /** The raw text, or undefined when the variable is unset. Empty text is not unset. */
  raw(name: string, traits: VariableTraits = {}): string | undefined {
    this.#notes.add(name, traits);
    return this.#vars[name];
  }

  /** Decimal digits only, in a stated range: `parseInt("5s")` has cost people databases. */
  integer(name: string, rule: IntegerRule): number {
    this.#notes.add(name, { default: String(rule.default) });
    return this.optionalInteger(name, rule) ?? rule.default;
  }

  /** As {@link Environment.integer}; undefined when it is unset, or wrong. */
  optionalInteger(name: string, { min, max }: Range): number | undefined {
    const text = this.raw(name, { form: 'integer', min, max });
    if (text === undefined) return undefined;
    const value = INTEGER.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.problem(
      'CFG_INTEGER',
      name,
      'is not a whole number in range',
      `digits only, ${min}..${max}`,
    );
    return undefined;
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.raw(name, { form: 'boolean', default: String(fallback) });
    if (text === undefined) return fallback;
    const value = BOOLEANS.get(text);
    if (value !== undefined) return value;
    this.problem('CFG_BOOLEAN', name, 'is not a boolean', 'true, false, 1 or 0');
    return fallback;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.raw(name, { form: 'choice', choices: allowed, default: fallback });
    if (text === undefined) return fallback;
    const value = allowed.find((candidate) => candidate === text);
    if (value !== undefined) return value;
    this.problem('CFG_CHOICE', name, 'is not one of the allowed values', allowed.join(' | '));
    return fallback;
  }

  /** A string that, when set, must not be blank. */
  text(name: string, traits: VariableTraits = {}): string | undefined {
    const text = this.raw(name, traits);
    if (text !== undefined && text.trim() === '') {
      this.problem('CFG_EMPTY', name, 'is set but empty', 'unset it or give it a value');
      return undefined;
    }
    return text;
  }

  requiredText(name: string, hint: string): string {
    const text = this.text(name);
    if (text === undefined && this.#vars[name] === undefined) {
      this.problem('CFG_MISSING', name, 'is not set', hint);
    }
    return text ?? '';
  }

  /** @throws {ConfigInvalid} with all problems, when there are any. */
  finish(): void {
    if (this.problems.length > 0) throw new ConfigInvalid(this.problems);
  }
}
