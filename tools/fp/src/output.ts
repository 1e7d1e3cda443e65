import pc from 'picocolors';

/** Data: stdout, and nothing else goes there. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

let talk = (text: string): void => void process.stderr.write(`${text}\n`);

/** Talk: stderr, so that a pipe gets the data alone. */
export function say(text: string): void {
  talk(text);
}

/** Where talk goes from now on: a live display has to make room for it. Returns what it was before. */
export function divertTalk(to: (text: string) => void): (text: string) => void {
  const before = talk;
  talk = to;
  return before;
}

/** A table of plain columns; as wide as its content, readable by awk. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [pc.bold(line(head)), ...rows.map(line)].join('\n');
}

/** What went wrong, whatever it is: `CODE message`, or JSON in the form that a program asked for. */
export function reportError(error: unknown, args: readonly string[]): number {
  const told = describe(error);
  if (args.includes('--json')) printJson({ error: told });
  else if (args.includes('--json-lines')) print(JSON.stringify({ type: 'error', error: told }));
  else say(`${pc.red(told.code)} ${told.message}`);
  return told.exitCode;
}

interface Described {
  code: string;
  exitCode: number;
  message: string;
}

function describe(error: unknown): Described {
  const { code, exitCode } = (error ?? {}) as Partial<Described>;
  const message = error instanceof Error ? error.message : String(error);
  if (typeof exitCode === 'number' && typeof code === 'string') return { code, exitCode, message };
  return { code: 'INTERNAL', exitCode: 1, message };
}
