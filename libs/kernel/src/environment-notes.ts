/** What a variable's text must be; `file` is the path of a readable file. */
export type VariableForm = 'text' | 'integer' | 'boolean' | 'choice' | 'file';

/** What a reader knows of a variable beside its name. */
export interface VariableTraits {
  /** `text` unless told. */
  readonly form?: VariableForm;
  /** Its value, or what its file holds, must not be seen. */
  readonly secret?: boolean;
  /** Of these, itself among them, at most one is set. */
  readonly oneOf?: readonly string[];
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** What is taken while it is unset. */
  readonly default?: string;
}

/** One variable that a program asked its environment for. */
export interface VariableNote extends VariableTraits {
  readonly name: string;
  readonly form: VariableForm;
  readonly secret: boolean;
}

/** Notes in the order of the first question; what later questions know is added to them. */
export function notesOf(): {
  add(name: string, traits: VariableTraits): void;
  all(): readonly VariableNote[];
} {
  const notes = new Map<string, VariableNote>();
  return {
    add(name, traits) {
      const before = notes.get(name) ?? { name, form: 'text', secret: false };
      notes.set(name, { ...before, ...traits });
    },
    all: () => [...notes.values()],
  };
}
