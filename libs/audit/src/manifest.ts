import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { inForm } from './in-form.js';

/** One variable that a service reads, as its own code declares it. */
export interface VariableManifest {
  readonly name: string;
  /** What the text must be; `file` is the path of a readable file. */
  readonly form: 'text' | 'integer' | 'boolean' | 'choice' | 'file';
  /** In production, that is with anything but NODE_ENV=development or test. */
  readonly required: boolean;
  /** Whether its value, or what its file holds, must not be seen. */
  readonly secret: boolean;
  /** Of these, itself among them, exactly one is set: DATABASE_URL or DATABASE_URL_FILE. */
  readonly oneOf?: readonly string[] | undefined;
  readonly choices?: readonly string[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly default?: string | undefined;
}

export interface ServiceManifest {
  readonly name: string;
  readonly port: number;
  readonly variables: readonly VariableManifest[];
}

/** What every service of the platform reads: made from the services' own code, see tools/deploy. */
export interface Manifest {
  readonly services: readonly ServiceManifest[];
}

const text = z.string().min(1);
const variable = z.strictObject({
  name: text,
  form: z.enum(['text', 'integer', 'boolean', 'choice', 'file']),
  required: z.boolean(),
  secret: z.boolean(),
  oneOf: z.array(text).optional(),
  choices: z.array(text).optional(),
  min: z.int().optional(),
  max: z.int().optional(),
  default: z.string().optional(),
});
const manifest: z.ZodType<Manifest> = z.strictObject({
  services: z.array(
    z.strictObject({
      name: text,
      port: z.int().min(1).max(65_535),
      variables: z.array(variable),
    }),
  ),
});

/**
 * @throws {Error} when the file cannot be read, or with every place where it holds no manifest.
 */
export function readManifest(file: string): Manifest {
  const content = readFileSync(file, 'utf8');
  let read: unknown;
  try {
    read = JSON.parse(content);
  } catch {
    // The parser's own message quotes the text.
    throw new Error('it is no JSON');
  }
  return inForm(manifest, read);
}
