import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { quoteName, quoteText } from './sql-quote.js';

describe('quoting', () => {
  it.each(['plain', 'Mixed Case', `a"b`, `it's`, `back\\slash`, `both ' and \\`, ''])(
    '%j comes out as the driver itself would write it',
    (text) => {
      expect(quoteName(text)).toBe(pg.escapeIdentifier(text));
      expect(quoteText(text)).toBe(pg.escapeLiteral(text));
    },
  );
});
