import { renameSync, writeFileSync } from 'node:fs';

/**
 * Writes a file whole or not at all, readable by its owner only: one that a kill -9 cut short would be in
 * the way of every later start.
 */
export function writeWhole(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}.new`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
}
