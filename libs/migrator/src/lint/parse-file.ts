import type { ScanToken } from 'libpg-query';
import { sqlParser } from '../sources/sql-parser.js';

/** One statement of a file, with what PostgreSQL's grammar made of it. */
export interface LintStatement {
  index: number;
  sql: string;
  /** 1-based line of its first character. */
  line: number;
  /** The node's name in the grammar, e.g. `IndexStmt`. */
  kind: string;
  node: Record<string, unknown>;
  /** 1-based line of a byte that a location in the tree names. */
  lineOf(location: number | undefined): number;
}

export interface ParseFault {
  rule: 'syntax-error' | 'psql-command';
  line: number;
  text: string;
}

export interface ParsedFile {
  statements: LintStatement[];
  faults: ParseFault[];
}

type Parser = typeof import('libpg-query');

/** PostgreSQL's own grammar, ready to be asked without waiting. */
export async function loadParser(): Promise<Parser> {
  const parser = await sqlParser();
  await parser.loadModule();
  return parser;
}

/** Reads a script; what cannot be read is a fault, and the statements around it are still read. */
export function parseFile(text: string, parser: Parser): ParsedFile {
  const faults: ParseFault[] = [];
  const sql = withoutPsql(text, faults);
  const lines = lineCounter(sql);
  const whole = tryParse(sql, parser);
  const parsed =
    whole instanceof Error
      ? pieces(sql, parser).flatMap((piece) => parsePiece(piece, { parser, lines, faults, whole }))
      : whole;
  const statements = parsed.map((found, index) => toStatement(found, { index, sql, lines }));
  return { statements, faults };
}

interface Found {
  stmt: Record<string, Record<string, unknown>>;
  /** Bytes of the file. */
  start: number;
  end: number;
  /** Bytes to add to a location in the tree. */
  shift: number;
}

function tryParse(sql: string, parser: Parser): Found[] | Error {
  // PostgreSQL's grammar takes an empty text, the binding does not.
  if (sql.trim() === '') return [];
  try {
    const size = Buffer.byteLength(sql);
    return (parser.parseSync(sql).stmts ?? []).map(
      ({ stmt, stmt_location: start = 0, stmt_len: length }) => ({
        stmt: (stmt ?? {}) as Found['stmt'],
        start,
        end: length ? start + length : size,
        shift: 0,
      }),
    );
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

interface Piece {
  start: number;
  sql: string;
}

function parsePiece(
  { start, sql }: Piece,
  at: {
    parser: Parser;
    lines: (byte: number) => number;
    faults: ParseFault[];
    whole: Error;
  },
): Found[] {
  const found = tryParse(sql, at.parser);
  if (found instanceof Error) {
    const before = Buffer.byteLength(/^(\s|--[^\n]*(\n|$))*/.exec(sql)?.[0] ?? '');
    at.faults.push({ rule: 'syntax-error', line: at.lines(start + before), text: found.message });
    return [];
  }
  return found.map((one) => ({
    ...one,
    start: one.start + start,
    end: one.end + start,
    shift: start,
  }));
}

/** The file cut at its semicolons, for when it cannot be read as a whole. */
function pieces(sql: string, parser: Parser): Piece[] {
  const bytes = Buffer.from(sql);
  const cuts: number[] = [];
  try {
    const { tokens } = parser.scanSync(sql);
    for (const token of tokens) if (isSemicolon(token)) cuts.push(token.end);
  } catch {
    // Not even words: an unclosed quote. Then the file is one piece.
  }
  return [...cuts, bytes.length].flatMap((end, index) => {
    const start = cuts[index - 1] ?? 0;
    const piece = bytes.subarray(start, end).toString();
    return piece.replace(/--[^\n]*/g, '').trim() === '' ? [] : [{ start, sql: piece }];
  });
}

const isSemicolon = ({ text }: ScanToken): boolean => text === ';';

function toStatement(
  { stmt, start, end, shift }: Found,
  at: { index: number; sql: string; lines: (byte: number) => number },
): LintStatement {
  const raw = Buffer.from(at.sql).subarray(start, end).toString();
  const text = raw.replace(/^(\s+|--[^\n]*(\n|$)|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)+/, '');
  const first = start + Buffer.byteLength(raw.slice(0, raw.length - text.length));
  const kind = Object.keys(stmt)[0] ?? 'unknown';
  const line = at.lines(first);
  return {
    index: at.index,
    sql: text.trimEnd(),
    line,
    kind,
    node: stmt[kind] ?? {},
    lineOf: (location) => (location === undefined ? line : at.lines(location + shift)),
  };
}

/** Byte → 1-based line. */
function lineCounter(sql: string): (byte: number) => number {
  const ends: number[] = [];
  Buffer.from(sql).forEach((byte, at) => {
    if (byte === 0x0a) ends.push(at);
  });
  return (byte) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < byte) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** psql's own commands and the rows of COPY FROM stdin become blanks, so that lines keep their numbers. */
function withoutPsql(text: string, faults: ParseFault[]): string {
  if (!/^\\/m.test(text)) return text;
  let inCopy = false;
  let body: string | null = null;
  return text
    .split('\n')
    .map((line, index) => {
      if (inCopy) {
        if (line.startsWith('\\.')) inCopy = false;
        return '';
      }
      // A backslash at the start of a line of a quoted body is none of psql's.
      for (const [quote] of line.matchAll(/\$[A-Za-z_]*\$/g)) {
        body = body === null ? quote : body === quote ? null : body;
      }
      if (body !== null) return line;
      if (/^\s*copy\b.*\bfrom\s+stdin\b.*;\s*$/i.test(line)) inCopy = true;
      if (!line.startsWith('\\')) return line;
      faults.push({ rule: 'psql-command', line: index + 1, text: line.split(/\s/)[0] ?? line });
      return '';
    })
    .join('\n');
}
