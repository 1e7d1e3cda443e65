/** Where relay and inbox report to; pino's logger is one. */
export interface EventLog {
  info(facts: Record<string, unknown>, message: string): void;
  warn(facts: Record<string, unknown>, message: string): void;
  error(facts: Record<string, unknown>, message: string): void;
}

// The columns that keep it hold as many characters.
const MAX_REASON_LENGTH = 1_024;

/** An error in words that fit a row and a log line. */
export function reasonOf(error: unknown): string {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return shortened(words);
}

export function shortened(words: string): string {
  return words.replaceAll('\0', '').slice(0, MAX_REASON_LENGTH);
}
