import { rule, ruleList } from './rule.js';

export const CONSTRAINT_RULES = ruleList({
  'add-foreign-key': rule(
    'blocks-writes',
    'error',
    'ADD FOREIGN KEY without NOT VALID: both tables take no writes while every row is checked',
  ),
  'add-foreign-key-column': rule(
    'blocks-writes',
    'warning',
    'ADD COLUMN … REFERENCES a live table: a short lock on both tables in one transaction',
  ),
  'create-table-references-live': rule(
    'blocks-writes',
    'info',
    'a new table refers to a live one, which takes no writes until the transaction ends',
  ),
  'add-check': rule(
    'scans-table',
    'error',
    'ADD CHECK without NOT VALID: every row is read under ACCESS EXCLUSIVE',
  ),
  'add-unique': rule(
    'blocks-reads',
    'error',
    'ADD UNIQUE without USING INDEX: the index is built under ACCESS EXCLUSIVE',
  ),
  'add-primary-key': rule(
    'blocks-reads',
    'error',
    'ADD PRIMARY KEY without USING INDEX: the index is built under ACCESS EXCLUSIVE',
  ),
  'add-primary-key-scan': rule(
    'scans-table',
    'error',
    'ADD PRIMARY KEY USING INDEX over a column that may be NULL: every row is read',
  ),
  'add-exclusion': rule(
    'blocks-reads',
    'error',
    'ADD EXCLUDE: the index is built under ACCESS EXCLUSIVE; there is no concurrent form',
  ),
  'using-index-on-partitioned': rule(
    'fails-on-server',
    'error',
    'ADD CONSTRAINT USING INDEX on a partitioned table, which PostgreSQL refuses',
  ),
  'validate-in-same-transaction': rule(
    'scans-table',
    'error',
    'VALIDATE CONSTRAINT in the transaction that added it NOT VALID: the lock of the ADD lasts for the scan',
  ),
  'drop-primary-key': rule(
    'breaks-running-app',
    'error',
    'DROP CONSTRAINT of a primary key: ON CONFLICT, replication and foreign keys rest on it',
  ),
  'drop-unique-constraint': rule(
    'breaks-running-app',
    'warning',
    'a unique constraint goes: ON CONFLICT of the running version fails, duplicates get in',
  ),
  'drop-constraint-needed': rule(
    'fails-on-server',
    'error',
    'DROP CONSTRAINT of a key that a foreign key of another table refers to',
  ),
  'domain-constraint': rule(
    'scans-table',
    'error',
    'ALTER DOMAIN that checks every column of the domain: all its tables take no writes meanwhile',
  ),
  'create-domain-with-constraint': rule(
    'weak-type',
    'info',
    'CREATE DOMAIN with a constraint: it can be changed only by scanning every table that uses it',
  ),
});
