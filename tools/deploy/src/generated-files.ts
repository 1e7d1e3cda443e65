import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

// Folders and names in which everything with these endings is generated; scripts beside them are not.
const FOLDERS = ['cloud-run', 'kubernetes'];
const NAMES = /^(manifest\.json|cloudbuild.*\.yaml)$/;

/** The files that lie where generated ones belong: what is not written again is stale. */
export function generatedFiles(folder: string): string[] {
  const top = readdirSync(folder).filter((name) => NAMES.test(name));
  const below = FOLDERS.flatMap((name) => filesBelow(join(folder, name)));
  const yaml = below.filter((file) => file.endsWith('.yaml'));
  return [...top, ...yaml.map((file) => relative(folder, file))];
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
