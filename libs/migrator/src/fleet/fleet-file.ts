import { parseDocument } from 'yaml';
import { MigrationRefused } from '../refused.js';

/** One entry of `fleet.yaml`, as written. */
export interface FleetEntry {
  name: string;
  database: string;
  /** Name of the variable with the runtime role's URL. */
  url: string;
  /** Name of the variable with the owner's URL; `url` serves when there is only one role. */
  migrateUrl?: string;
  migrations: string;
  dependsOn: string[];
  labels: Record<string, string>;
}

const KEYS = ['name', 'database', 'url', 'migrateUrl', 'migrations', 'dependsOn', 'labels'];
const FORMS = {
  name: /^[a-z][a-z0-9-]{0,40}$/,
  database: /^[a-z_][a-z0-9_]{0,62}$/,
  url: /^[A-Z][A-Z0-9_]*$/,
  migrateUrl: /^[A-Z][A-Z0-9_]*$/,
  migrations: /^[^\0]+$/,
} as const;

/**
 * Reads the text of a fleet file. Pure.
 *
 * @throws {MigrationRefused} FLEET_INVALID with every defect at once; FLEET_DUPLICATE
 */
export function parseFleet(text: string, file: string): FleetEntry[] {
  const document = parseDocument(text, { uniqueKeys: true });
  const defects = document.errors.map((error) => error.message);
  const root = defects.length === 0 ? (document.toJS() as unknown) : {};
  if (defects.length === 0) defects.push(...defectsOf(root));
  if (defects.length > 0) {
    throw new MigrationRefused('FLEET_INVALID', defects.map((d) => `${file}: ${d}`).join('\n'));
  }
  const entries = (root as { databases: Partial<FleetEntry>[] }).databases.map(
    (entry) => ({ dependsOn: [], labels: {}, ...entry }) as FleetEntry,
  );
  demandUnique(entries, file);
  return entries;
}

function defectsOf(root: unknown): string[] {
  if (!isRecord(root)) return ['is not a mapping with version and databases'];
  const unknown = Object.keys(root).filter((key) => !['version', 'databases'].includes(key));
  const defects = unknown.map((key) => `unknown key "${key}"`);
  if (root['version'] !== 1) defects.push('version must be 1');
  const databases = root['databases'];
  if (!Array.isArray(databases) || databases.length === 0) {
    return [...defects, 'databases must be a list of at least one'];
  }
  return [...defects, ...databases.flatMap((entry, index) => entryDefects(entry, index))];
}

function entryDefects(entry: unknown, index: number): string[] {
  if (!isRecord(entry)) return [`databases[${index}] is not a mapping`];
  const at = `databases[${index}]`;
  const defects = Object.keys(entry)
    .filter((key) => !KEYS.includes(key))
    .map((key) => `${at}: unknown key "${key}"; known are ${KEYS.join(', ')}`);
  for (const [key, form] of Object.entries(FORMS)) {
    const value = entry[key];
    if (value === undefined && key === 'migrateUrl') continue;
    if (typeof value !== 'string' || !form.test(value)) {
      defects.push(`${at}.${key} must be text of the form ${form.source}`);
    }
  }
  const { dependsOn = [], labels = {} } = entry;
  if (!Array.isArray(dependsOn) || dependsOn.some((name) => typeof name !== 'string')) {
    defects.push(`${at}.dependsOn must be a list of names`);
  }
  if (!isRecord(labels) || Object.values(labels).some((value) => typeof value !== 'string')) {
    defects.push(`${at}.labels must map names to text`);
  }
  return defects;
}

function demandUnique(entries: readonly FleetEntry[], file: string): void {
  const fields = entries.flatMap((entry) => [
    `name ${entry.name}`,
    `variable ${entry.url}`,
    ...(entry.migrateUrl === undefined || entry.migrateUrl === entry.url
      ? []
      : [`variable ${entry.migrateUrl}`]),
  ]);
  const twice = fields.find((field, index) => fields.indexOf(field) !== index);
  if (twice === undefined) return;
  throw new MigrationRefused('FLEET_DUPLICATE', `${file}: ${twice} stands there twice`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
