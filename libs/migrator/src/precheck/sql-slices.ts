import { sqlParser } from '../sources/sql-parser.js';

interface Token {
  start: number;
  end: number;
  text: string;
}

/** The text of a statement in PostgreSQL's own tokens, so that a parenthesis in a string is none. */
export class SqlSlices {
  private constructor(
    private readonly bytes: Buffer,
    private readonly tokens: readonly Token[],
  ) {}

  static async of(sql: string): Promise<SqlSlices> {
    const { scan } = await sqlParser();
    return new SqlSlices(Buffer.from(sql, 'utf8'), (await scan(sql)).tokens);
  }

  /** What stands between the parentheses after the first `word` at or behind a byte; null when there are none. */
  inParentheses(word: string, from = 0): string | null {
    const [open, close] = this.parentheses(word, from);
    return open === undefined || close === undefined
      ? null
      : this.bytes.subarray(open.end, close.start).toString();
  }

  /** The elements of such a list, split at its own commas. */
  elements(word: string): string[] {
    const [open, close] = this.parentheses(word, 0);
    if (open === undefined || close === undefined) return [];
    const [first, last] = [this.tokens.indexOf(open) + 1, this.tokens.indexOf(close)];
    const elements: string[] = [];
    let [start, depth] = [open.end, 0];
    for (const { text, start: at, end } of this.tokens.slice(first, last)) {
      depth += text === '(' ? 1 : text === ')' ? -1 : 0;
      if (text !== ',' || depth > 0) continue;
      elements.push(this.bytes.subarray(start, at).toString().trim());
      start = end;
    }
    return [...elements, this.bytes.subarray(start, close.start).toString().trim()];
  }

  /** From behind the last `word` that stands in no parentheses to the end. */
  behind(word: string): string | null {
    let [depth, found] = [0, undefined as Token | undefined];
    for (const token of this.tokens) {
      depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
      if (depth === 0 && isWord(token, word)) found = token;
    }
    return found === undefined ? null : this.bytes.subarray(found.end).toString();
  }

  private parentheses(word: string, from: number): (Token | undefined)[] {
    const at = this.tokens.findIndex((token) => token.start >= from && isWord(token, word));
    if (at < 0) return [];
    const first = this.tokens.findIndex(({ text }, index) => index > at && text === '(');
    let depth = 0;
    for (const token of first < 0 ? [] : this.tokens.slice(first)) {
      depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
      if (depth === 0) return [this.tokens[first], token];
    }
    return [];
  }
}

function isWord({ text }: Token, word: string): boolean {
  return text.toLowerCase() === word;
}
