import type { LintSource } from './read-folder.js';

const DIRECTIVE = /^--\s*migrate:\s*(.*)$/;
const KNOWN = /^(transaction=none|(lock_timeout|statement_timeout)=\d{1,9}(ms|s|min))$/;
// dbmate writes its halves with the same word; a folder of its own is read as it means it.
const DBMATE = /^(up|down)\b/;
const IGNORE = /^ignore\b/;
const NO_TRANSACTION =
  /^--\s*(\+goose\s+no\s+transaction|migrate:up\s+.*transaction:\s*false|atlas:txmode\s+none|disable_ddl_transaction|no[- ]?transaction)\b/i;
// Where one file holds both ways, everything from here on is the way back.
const WAY_BACK =
  /^(--\s*(migrate:down|\+goose\s+down|\+migrate\s+down|down migration|rambler down|@undo)\b|----\s*create above.*drop below)/i;

/** What the comment lines of a file say about how it runs; the way back is blanked out. */
export function headerOf(text: string): Pick<LintSource, 'sql' | 'transactional' | 'faults'> {
  const lines = text.split('\n');
  const faults: LintSource['faults'] = [];
  let transactional = !lines.some((line) => NO_TRANSACTION.test(line));
  for (const line of lines) {
    if (line.trim() !== '' && !line.startsWith('--')) break;
    const directive = DIRECTIVE.exec(line)?.[1];
    if (directive === undefined || DBMATE.test(directive) || IGNORE.test(directive)) continue;
    for (const pair of directive.split(/\s+/).filter(Boolean)) {
      if (pair === 'transaction=none') transactional = false;
      else if (!KNOWN.test(pair)) faults.push({ rule: 'unknown-directive', text: pair });
    }
  }
  const end = lines.findIndex((line) => WAY_BACK.test(line));
  return { sql: (end < 0 ? lines : lines.slice(0, end)).join('\n'), transactional, faults };
}
