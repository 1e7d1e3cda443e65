import type { ConfigProblem } from '@fusion-prime/kernel';

const SCHEME_CLASSES: readonly [RegExp, string][] = [
  [/^(sqlite|file:|:memory:|jdbc:sqlite)/i, 'sqlite'],
  [/^postgres(ql)?:/i, 'postgresql'],
  [/^postgres(ql)?\+/i, 'postgresql+driver'],
  [/^(mysql|mariadb)/i, 'mysql'],
  [/^https?:/i, 'http'],
  [/^jdbc:/i, 'jdbc'],
];

/** What may be said about a text that could not be parsed: the class of its scheme and its length. */
export function describeText(text: string): string {
  const scheme = SCHEME_CLASSES.find(([pattern]) => pattern.test(text.trimStart()))?.[1] ?? 'other';
  return `scheme class ${scheme}, ${text.length} characters`;
}

/** Collects what is wrong with one URL; knows how to say it without showing the URL. */
export class UrlFindings {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: ConfigProblem[] = [];

  constructor(
    private readonly variable: string,
    private readonly text: string,
  ) {}

  get clean(): boolean {
    return this.problems.length === 0;
  }

  /** A problem of the text as such: shown as scheme class and length. */
  refuse(code: string, reason: string, hint: string): void {
    this.add(code, `${reason} (${describeText(this.text)})`, hint);
  }

  /** A problem whose reason is already safe to show. */
  add(code: string, reason: string, hint: string): void {
    this.problems.push({ code, var: this.variable, reason, hint });
  }

  warn(code: string, reason: string, hint: string): void {
    this.warnings.push({ code, var: this.variable, reason, hint });
  }
}
