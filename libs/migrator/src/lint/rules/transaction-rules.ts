import { rule, ruleList } from './rule.js';

export const TRANSACTION_RULES = ruleList({
  'needs-no-transaction': rule(
    'not-transactional',
    'error',
    'a statement that cannot run inside a transaction, in a file that runs in one',
  ),
  'refused-in-transaction': rule(
    'fails-on-server',
    'error',
    'the same statement as the server sees it: SQLSTATE 25001',
  ),
  'transaction-control': rule(
    'not-transactional',
    'error',
    'BEGIN, COMMIT or ROLLBACK in a file: the engine opens and ends the transaction',
  ),
  'not-one-statement': rule(
    'not-transactional',
    'error',
    'transaction=none with more than one statement: a crash between two leaves half a version',
  ),
  'session-command': rule(
    'fails-on-server',
    'error',
    'DISCARD, or COPY with a client that is not there',
  ),
  'several-tables-locked': rule(
    'blocks-reads',
    'warning',
    'one transaction holds ACCESS EXCLUSIVE on several live tables: it can deadlock with the service',
  ),
  'scan-under-lock': rule(
    'blocks-reads',
    'error',
    'a long statement runs while an earlier one of the same transaction still blocks a live table',
  ),
  'mixed-ddl-dml': rule(
    'mixed-ddl-dml',
    'error',
    'rows of a live table are written in the transaction that also locks a live table with DDL',
  ),
  'explicit-lock': rule('blocks-writes', 'error', 'LOCK TABLE on a live table in a blocking mode'),
  'lock-timeout-disabled': rule(
    'unsafe-timeout',
    'warning',
    'lock_timeout or statement_timeout set to 0, or lock_timeout far beyond a few seconds',
  ),
  'enum-value-in-same-transaction': rule(
    'fails-on-server',
    'error',
    'a new enum value is used before the transaction that added it has ended: SQLSTATE 55P04',
  ),
  'update-without-where': rule(
    'blocks-writes',
    'error',
    'UPDATE or MERGE of every row of a live table in one transaction',
  ),
  'unbatched-update': rule(
    'blocks-writes',
    'warning',
    'UPDATE or MERGE of an unknown number of rows of a live table in one transaction',
  ),
});
