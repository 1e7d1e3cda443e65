import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { label, type Migration } from '../sources/migration.js';
import { rehearse } from '../sources/rehearsal.js';
import { headerOf } from './header.js';
import type { LintSource } from './read-folder.js';

// A class that creates a service's schema sends some forty; a thousand are a loop.
const MOST_QUERIES = 1_000;
const IGNORE = /^\s*(?:\/\/|\*)\s*(migrate:\s*ignore\b.*)$/;

/** The migrations of a fleet's folder as lint reads them, classes by what they send. */
export async function sourcesOf(
  migrations: readonly Migration[],
  folder: string,
): Promise<LintSource[]> {
  const sources: LintSource[] = [];
  for (const migration of migrations) sources.push(await sourceOf(migration, folder));
  return sources;
}

async function sourceOf(migration: Migration, folder: string): Promise<LintSource> {
  const { up, number } = migration;
  if (up.kind === 'sql') {
    const { sql, faults } = headerOf(up.sql);
    return { file: basename(up.file), number, sql, faults, transactional: up.transactional };
  }
  const file = `${number}-${migration.name}.ts`;
  const known = { file, number, transactional: up.transactional };
  const queries = await rehearse(up, { mostQueries: MOST_QUERIES, takesParameters: true });
  if (queries === null) {
    const text = `${label(migration)} needs the answers to its queries, or more of TypeORM than query(): what it sends is not known before it runs.`;
    return {
      ...known,
      sql: ignoresOf(folder, file),
      faults: [{ rule: 'class-not-rehearsed', text }],
    };
  }
  return { ...known, sql: placed(queries, sourceText(folder, file)), faults: [] };
}

/** Empty in an image, which ships no source. */
function sourceText(folder: string, file: string): string {
  const path = join(folder, 'src', file);
  return existsSync(path) ? readFileSync(path, 'utf8').replace(/\r\n/g, '\n') : '';
}

/**
 * The queries as one script in which each stands on the line where the class has it, so that findings name
 * lines of the class; comments that suppress something come along.
 */
function placed(queries: readonly string[], text: string): string {
  const lines = ignoresOf('', '', text).split('\n');
  let from = 0;
  let last = 0;
  for (const query of queries) {
    const at = text.indexOf(query, from);
    if (at >= 0) from = at + query.length;
    const first = at >= 0 ? text.slice(0, at).split('\n').length - 1 : last;
    for (const [offset, line] of `${query.replace(/;\s*$/, '')};`.split('\n').entries()) {
      last = Math.max(last, first + offset);
      const index = first + offset;
      while (lines.length <= index) lines.push('');
      lines[index] = `${lines[index] ?? ''}${line}`;
    }
  }
  return lines.join('\n');
}

/** `// migrate: ignore …` of a class as the comment of SQL that it stands for, on its own line. */
function ignoresOf(folder: string, file: string, text = sourceText(folder, file)): string {
  return text
    .split('\n')
    .map((line) => {
      const said = IGNORE.exec(line)?.[1];
      return said === undefined ? '' : `-- ${said.replace(/\s*\*\/\s*$/, '')}`;
    })
    .join('\n');
}
