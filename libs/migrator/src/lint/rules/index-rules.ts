import { rule, ruleList } from './rule.js';

export const INDEX_RULES = ruleList({
  'create-index-not-concurrently': rule(
    'blocks-writes',
    'error',
    'CREATE INDEX on a live table: SHARE lock, no writes until the index is built',
  ),
  'create-index-concurrently-on-partitioned': rule(
    'fails-on-server',
    'error',
    'CREATE INDEX CONCURRENTLY on a partitioned table, which PostgreSQL refuses',
  ),
  'create-index-if-not-exists': rule(
    'invalid-index',
    'error',
    'IF NOT EXISTS takes an INVALID index that a failed build left for the finished one',
  ),
  'unique-index-may-fail': rule(
    'invalid-index',
    'info',
    'CREATE UNIQUE INDEX CONCURRENTLY: a duplicate leaves an INVALID index',
  ),
  'index-unnamed': rule(
    'invalid-index',
    'error',
    'CREATE INDEX CONCURRENTLY without a name: after a crash nobody can tell which index is INVALID',
  ),
  'drop-index-not-concurrently': rule(
    'blocks-reads',
    'error',
    'DROP INDEX on a live table: ACCESS EXCLUSIVE, queued behind every running query',
  ),
  'drop-index-concurrently-form': rule(
    'fails-on-server',
    'error',
    'DROP INDEX CONCURRENTLY in a form that PostgreSQL refuses: several, CASCADE, or a partitioned index',
  ),
  'drop-index-of-constraint': rule(
    'fails-on-server',
    'error',
    'DROP INDEX of an index that a constraint owns or a foreign key needs',
  ),
  'drop-unique-index': rule(
    'breaks-running-app',
    'warning',
    'a unique index goes: ON CONFLICT of the running version fails, duplicates get in',
  ),
  'reindex-not-concurrently': rule(
    'blocks-writes',
    'error',
    'REINDEX without CONCURRENTLY: no writes, and no reads through the index, until it is built',
  ),
  'index-many-columns': rule(
    'weak-type',
    'info',
    'an index of more than three key columns: costly on write, rarely used to its end',
  ),
});
