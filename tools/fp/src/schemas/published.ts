import { z } from 'zod';
import { errorDocument } from './parts.js';

const run = () => import('./run.js');
const read = () => import('./read.js');
const state = () => import('./state.js');
const proof = () => import('./proof.js');
const transfer = () => import('./transfer.js');
const operator = () => import('./operator.js');
const events = () => import('./events.js');
const platform = () => import('./platform.js');

/** What each command's `--json` prints, loaded when it is asked for. */
const PUBLISHED: Record<string, () => Promise<z.ZodType>> = {
  'databases create': async () => (await platform()).databasesCreateReport,
  'databases list': async () => (await platform()).databasesListReport,
  'databases drop': async () => (await platform()).databasesDropReport,
  'migrate status': async () => (await read()).statusReport,
  'migrate plan': async () => (await import('./plan.js')).planReport,
  'migrate history': async () => (await read()).historyReport,
  'migrate up': async () => (await run()).runReport,
  'migrate down': async () => (await run()).runReport,
  'migrate repair': async () => (await operator()).repairReport,
  'migrate unlock': async () => (await operator()).unlockReport,
  'migrate lint': async () => (await proof()).lintReport,
  'migrate verify': async () => (await proof()).verifyReport,
  'migrate generate': async () => (await proof()).generateReport,
  'migrate drift': async () => (await state()).driftReport,
  'migrate adopt': async () => (await state()).adoptReport,
  'migrate health': async () => (await state()).databaseHealthReport,
  'migrate export': async () => (await transfer()).exportReport,
  'migrate verify-export': async () => (await transfer()).verifyExportReport,
  'migrate backup': async () => (await transfer()).backupReport,
  'migrate new': async () => (await platform()).newReport,
  'migrate lock': async () => (await platform()).lockReport,
  'events list': async () => (await events()).eventsListReport,
  'events retry': async () => (await events()).eventsRetryReport,
  'events discard': async () => (await events()).eventsDiscardReport,
  audit: async () => (await import('./audit.js')).auditReport,
  health: async () => (await platform()).healthReport,
  verify: async () => (await import('./verify.js')).verifyReport,
  doctor: async () => (await platform()).doctorReport,
  'secrets create': async () => (await platform()).secretsCreateReport,
  token: async () => (await platform()).tokenReport,
};

/** A line of `up --json-lines`, not a document of `--json`. */
export const EVENTS = 'events';

/** The commands that have a schema, and `events`. */
export function publishedNames(): string[] {
  return [...Object.keys(PUBLISHED), EVENTS];
}

/**
 * The JSON Schema (2020-12) of what a command prints: its document, or the error of a command that could not
 * begin. `migrate` may be left out: `up` is `migrate up`, unless fp itself has a command of that name.
 *
 * @returns null for a name that nothing is published under
 */
export async function jsonSchemaOf(command: string): Promise<Record<string, unknown> | null> {
  if (command === EVENTS) return published(command, (await run()).eventLine);
  const name = command in PUBLISHED ? command : `migrate ${command}`;
  const load = PUBLISHED[name];
  return load === undefined ? null : published(name, z.union([await load(), errorDocument]));
}

function published(name: string, schema: z.ZodType): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
  const title = name === EVENTS ? 'a line of fp migrate up --json-lines' : `fp ${name} --json`;
  return { $schema, title, ...rest };
}
