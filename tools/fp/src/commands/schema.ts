import { print, printJson } from '../output.js';
import { CommandRefused } from '../refusal.js';

/** The JSON Schema of what a command prints with `--json`; without a name, the names. */
export async function schema(_options: unknown, ...words: string[]): Promise<number> {
  const { jsonSchemaOf, publishedNames } = await import('../schemas/published.js');
  const name = words.join(' ');
  if (name === '') {
    for (const one of publishedNames()) print(one);
    return 0;
  }
  const found = await jsonSchemaOf(name);
  if (found === null) {
    const known = publishedNames().join(', ');
    throw new CommandRefused('USAGE', `nothing is published as "${name}"; there are ${known}`);
  }
  printJson(found);
  return 0;
}
