import { LineCounter, parseDocument } from 'yaml';
import { MigrationRefused } from '../refused.js';
import { expandEntries, type RawEntry, type Variables } from './template.js';

/** One entry of `fleet.yaml`, as written or as a template made it. */
export interface FleetEntry {
  name: string;
  database: string;
  /** Name of the variable with the runtime role's URL. */
  url: string;
  /** Name of the variable with the owner's URL; `url` serves when there is only one role. */
  migrateUrl?: string;
  migrations: string;
  /** Built module with the list `entities`, for `fp migrate generate`. */
  entities?: string;
  dependsOn: string[];
  labels: Record<string, string>;
}

/** What a fleet file says. */
export interface FleetFile {
  entries: FleetEntry[];
  /** Services that are listed and have no database (`database: none`). */
  withoutDatabase: string[];
  acceptSqlalchemyUrls: boolean;
}

const ROOT_KEYS = ['version', 'databases', 'acceptSqlalchemyUrls'];
const OPTIONAL_KEYS = ['migrateUrl', 'entities'];
const KEYS = ['name', 'database', 'url', 'migrations', ...OPTIONAL_KEYS, 'dependsOn', 'labels'];
const KEYS_WITHOUT_DATABASE = ['name', 'database', 'labels'];
const NO_DATABASE = 'none';
const FORMS = {
  name: /^[a-z][a-z0-9-]{0,40}$/,
  database: /^[a-z_][a-z0-9_]{0,62}$/,
  url: /^[A-Z][A-Z0-9_]*$/,
  migrateUrl: /^[A-Z][A-Z0-9_]*$/,
  migrations: /^[^\0]+$/,
  entities: /^[^\0]+$/,
} as const;
// A template of thousands repeats its defect in each; the first ones tell.
const MOST_DEFECTS = 20;

/**
 * Reads the text of a fleet file, and the items of its templates from variables and files.
 *
 * @throws {MigrationRefused} FLEET_INVALID with every defect at once; FLEET_DUPLICATE
 */
export function parseFleet(text: string, file: string, variables: Variables): FleetFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, lineCounter: lines });
  refuse(document.errors.map((error) => `${file}: ${error.message}`));
  const root = document.toJS() as unknown;
  const defects = rootDefects(root).map((defect) => `${file}: ${defect}`);
  const expanded = expandEntries({ document, lines, file, variables }, defects);
  for (const entry of expanded) defects.push(...entryDefects(entry));
  refuse(defects);
  demandUnique(expanded);
  const { acceptSqlalchemyUrls = false } = root as { acceptSqlalchemyUrls?: boolean };
  return { ...split(expanded), acceptSqlalchemyUrls };
}

function refuse(defects: readonly string[]): void {
  if (defects.length === 0) return;
  const shown = defects.slice(0, MOST_DEFECTS);
  const rest = defects.length - shown.length;
  if (rest > 0) shown.push(`and ${rest} more`);
  throw new MigrationRefused('FLEET_INVALID', shown.join('\n'));
}

function rootDefects(root: unknown): string[] {
  if (!isRecord(root)) return ['is not a mapping with version and databases'];
  const unknown = Object.keys(root).filter((key) => !ROOT_KEYS.includes(key));
  const defects = unknown.map((key) => `unknown key "${key}"`);
  if (root['version'] !== 1) defects.push('version must be 1');
  const { databases, acceptSqlalchemyUrls = false } = root;
  if (typeof acceptSqlalchemyUrls !== 'boolean') {
    defects.push('acceptSqlalchemyUrls must be true or false');
  }
  if (!Array.isArray(databases) || databases.length === 0) {
    defects.push('databases must be a list of at least one');
  }
  return defects;
}

function split(expanded: readonly RawEntry[]): Pick<FleetFile, 'entries' | 'withoutDatabase'> {
  const withoutDatabase: string[] = [];
  const entries: FleetEntry[] = [];
  for (const { value } of expanded) {
    const entry = { dependsOn: [], labels: {}, ...(value as object) } as unknown as FleetEntry;
    if (entry.database === NO_DATABASE) withoutDatabase.push(entry.name);
    else entries.push(entry);
  }
  return { entries, withoutDatabase };
}

function entryDefects({ value: entry, place: at }: RawEntry): string[] {
  if (!isRecord(entry)) return [`${at} is not a mapping`];
  const without = entry['database'] === NO_DATABASE;
  const known = without ? KEYS_WITHOUT_DATABASE : KEYS;
  const defects = Object.keys(entry)
    .filter((key) => !known.includes(key))
    .map((key) => `${at}: unknown key "${key}"; known are ${known.join(', ')}`);
  for (const [key, form] of Object.entries(FORMS)) {
    const value = entry[key];
    if (value === undefined && (OPTIONAL_KEYS.includes(key) || !known.includes(key))) continue;
    if (without && !known.includes(key)) continue;
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

function demandUnique(expanded: readonly RawEntry[]): void {
  const seen = new Map<string, string>();
  for (const { value, place } of expanded) {
    const { name, url, migrateUrl } = value as Partial<FleetEntry>;
    const variables = new Set([url, migrateUrl].filter((variable) => variable !== undefined));
    for (const field of [`name ${name}`, ...[...variables].map((one) => `variable ${one}`)]) {
      const first = seen.get(field);
      if (first !== undefined) {
        const message = `${place}: ${field} stands there twice (first: ${first})`;
        throw new MigrationRefused('FLEET_DUPLICATE', message);
      }
      seen.set(field, place);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
