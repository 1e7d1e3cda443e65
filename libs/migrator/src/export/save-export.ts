import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MigrationRefused } from '../refused.js';

/**
 * Writes the files of an export in their order, or none: what is half there could be imported.
 *
 * @param texts file name → content; the manifest last, which says that the others are there
 * @throws {MigrationRefused} EXPORT_NOT_WRITTEN
 */
export function saveExport(directory: string, texts: ReadonlyMap<string, string>): void {
  const made: string[] = [];
  try {
    // Node never ends making a folder below /proc recursively; of the last step it is told at once.
    mkdirSync(dirname(directory), { recursive: true });
    if (!existsSync(directory)) {
      mkdirSync(directory);
      made.push(directory);
    }
    for (const [file, text] of texts) writeNew(join(directory, file), text, made);
  } catch (error) {
    for (const path of made.reverse()) rmSync(path, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the export was not written: ${reason}; nothing of it is left in ${directory}`;
    throw new MigrationRefused('EXPORT_NOT_WRITTEN', message, { cause: error });
  }
}

/** What stands there already is somebody's, and stays. */
function writeNew(path: string, text: string, made: string[]): void {
  const file = openSync(path, 'wx');
  made.push(path);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}
