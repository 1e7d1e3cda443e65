import pc from 'picocolors';

/** Data: stdout, and nothing else goes there. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

let talk = (text: string): void => void process.stderr.write(`${text}\n`);

let fleetMeant: string | undefined;
// A command in a message ends where two spaces, punctuation or the next command stand.
const COMMANDS = /npx fp (?:migrate|databases) [a-z](?:(?! {2}| &&| ?[;)`]|[.,:] ).)*/g;

/** The commands that messages name from now on are about this fleet, not about the checkout's. */
export function meanFleet(file: string | undefined): void {
  fleetMeant = file;
}

/** The engine names the command to type, and cannot know which `--fleet` it was called with. */
export function onFleet(text: string): string {
  if (fleetMeant === undefined || text.includes('--fleet')) return text;
  return text.replace(COMMANDS, (command) => `${command} --fleet ${fleetMeant}`);
}

/** Talk: stderr, so that a pipe gets the data alone. */
export function say(text: string): void {
  talk(onFleet(text));
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

/** `1 file`, `2 files`. */
export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
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
