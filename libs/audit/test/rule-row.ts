import type { AuditedFile, RuleId } from '../src/index.js';
import { SourceFile } from '../src/text/source-file.js';

/** A file of the repository, or a text of its own, that is broken in one place, and where the finding stands. */
export interface Row {
  readonly rule: RuleId;
  readonly file: string;
  /** For a file that the repository does not have: the good text. */
  readonly good?: string;
  readonly change: readonly (readonly [from: string | RegExp, to: string])[];
  /** What stands at the place of the finding, in the file that was changed or in another one. */
  readonly at: string;
  readonly in?: string;
  /** Which of equals, from 1. */
  readonly nth?: number;
}

export function broken(row: Row, files: readonly AuditedFile[]): AuditedFile[] {
  const original = fileOf(row, files);
  const text = row.change.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${row.rule}: ${row.file} holds no ${String(from)}`);
    return after;
  }, original.text);
  const others = files.filter(({ path }) => path !== row.file);
  return [...others, { ...original, text }];
}

export function fileOf({ file, good }: Row, files: readonly AuditedFile[]): AuditedFile {
  const found = files.find(({ path }) => path === file);
  if (good !== undefined) return { path: file, text: good, named: true };
  if (found === undefined) throw new Error(`the repository has no ${file}`);
  return found;
}

/** `file:line:column` of what the row points at. */
export function placeOf(
  { at, nth = 1, file, in: other = file }: Row,
  files: readonly AuditedFile[],
): string {
  const text = files.find(({ path }) => path === other)?.text ?? '';
  let offset = -1;
  for (let found = 0; found < nth; found += 1) offset = text.indexOf(at, offset + 1);
  const { line, column } = new SourceFile(other, text).placeAt(offset);
  return `${other}:${line}:${column}`;
}
