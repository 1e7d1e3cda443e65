import type { PackageFile } from '../model.js';
import type { AuditedFile } from '../files.js';
import { SourceFile } from '../text/source-file.js';
import type { Draft } from './draft.js';

interface Locked {
  dev?: boolean;
  optional?: boolean;
}

/** Reads what runs in production out of a package.json or a package-lock.json. */
export function readPackages({ path, text }: AuditedFile, draft: Draft): boolean {
  const source = new SourceFile(path, text);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    draft.cannotRead(source.placeAt(0), 'is no JSON');
    return false;
  }
  const names = path.endsWith('package-lock.json') ? lockedNames(content) : declaredNames(content);
  const dependencies = names.map(({ name, key }) => ({
    name,
    // Asked for few of a thousand.
    get place() {
      return source.placeAt(Math.max(source.text.indexOf(JSON.stringify(key)), 0));
    },
  }));
  draft.packages.push({ place: source.placeAt(0), dependencies } satisfies PackageFile);
  return true;
}

interface Named {
  name: string;
  /** As it stands in the file. */
  key: string;
}

function declaredNames(content: unknown): Named[] {
  const manifest = record(content);
  const sections = ['dependencies', 'optionalDependencies', 'peerDependencies'];
  return sections.flatMap((section) =>
    Object.keys(record(manifest[section])).map((name) => ({ name, key: name })),
  );
}

function lockedNames(content: unknown): Named[] {
  return Object.entries(record(record(content)['packages'])).flatMap(([key, value]) => {
    const { dev } = record(value) as Locked;
    const at = key.lastIndexOf('node_modules/');
    return at < 0 || dev === true ? [] : [{ name: key.slice(at + 'node_modules/'.length), key }];
  });
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
