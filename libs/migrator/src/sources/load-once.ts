import { loadMigrations } from './load-migrations.js';
import type { Migration } from './migration.js';

export type LoadMigrations = (folder: string) => Promise<Migration[]>;

/** As loadMigrations, but each folder is read once: the databases of a template share one. */
export function loadOnce(): LoadMigrations {
  const loaded = new Map<string, Promise<Migration[]>>();
  return (folder) => {
    const known = loaded.get(folder) ?? loadMigrations(folder);
    loaded.set(folder, known);
    return known;
  };
}
