import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeploymentFacts, readFacts } from './facts.js';
import { get } from './text/tree.js';
import { parseYaml } from './text/yaml-file.js';

/**
 * The facts of every environment that a folder has. Other YAML files are left alone; one that begins like
 * facts must be facts, because with a misspelt line it would silently take its rules away.
 *
 * @throws {Error} with the file's name, when it cannot be used
 */
export function readFactsIn(folder: string): DeploymentFacts[] {
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  return files.sort().flatMap((name) => {
    const file = join(folder, name);
    const text = readFileSync(file, 'utf8');
    // Pipelines lie beside them and are long; they are parsed once, by the audit.
    if (!/^(?:environment|project):/m.test(text)) return [];
    const [root] = parseYaml(name, text).documents;
    const keys = ['environment', 'services', 'project'];
    if (keys.filter((key) => get(root, key) !== undefined).length < 2) return [];
    try {
      return [readFacts(file)];
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    }
  });
}
