import { rule, ruleList } from './rule.js';

export const OBJECT_RULES = ruleList({
  'drop-table': rule('loses-data', 'error', 'DROP TABLE: its rows are gone'),
  'drop-in-use': rule(
    'breaks-running-app',
    'warning',
    'a table, function, type or sequence goes while the running version may use it',
  ),
  'drop-view': rule(
    'breaks-running-app',
    'error',
    'a view goes while the running version reads it',
  ),
  'drop-needed': rule(
    'fails-on-server',
    'error',
    'something else depends on what is dropped or retyped: SQLSTATE 2BP01 or 0A000',
  ),
  'drop-cascade': rule(
    'breaks-running-app',
    'warning',
    'CASCADE takes along whatever depends on it, now and by the time this runs',
  ),
  'drop-schema': rule('loses-data', 'error', 'DROP SCHEMA or DROP OWNED: everything in it is gone'),
  'drop-database': rule('loses-data', 'error', 'DROP DATABASE'),
  'drop-extension': rule(
    'loses-data',
    'warning',
    'DROP EXTENSION: its types, functions and, with CASCADE, the columns of its types go',
  ),
  truncate: rule('loses-data', 'error', 'TRUNCATE of a live table: its rows are gone'),
  'delete-without-where': rule('loses-data', 'error', 'DELETE of every row of a live table'),
  'delete-rows': rule(
    'loses-data',
    'warning',
    'DELETE of an unknown number of rows of a live table',
  ),
  'rename-table': rule('breaks-running-app', 'error', 'a live table or view is renamed'),
  'rename-object': rule(
    'breaks-running-app',
    'error',
    'a schema, type, enum value, function, sequence or attribute that may be in use is renamed',
  ),
  'set-schema': rule('breaks-running-app', 'error', 'something live moves to another schema'),
  'alter-composite-type': rule(
    'breaks-running-app',
    'warning',
    'an attribute of a composite type is dropped or retyped',
  ),
  'set-logged': rule('rewrites-table', 'error', 'SET LOGGED or SET UNLOGGED on a live table'),
  'set-tablespace': rule('rewrites-table', 'error', 'SET TABLESPACE copies a live table or index'),
  'set-access-method': rule('rewrites-table', 'error', 'SET ACCESS METHOD rewrites a live table'),
  cluster: rule('rewrites-table', 'error', 'CLUSTER rewrites a live table under ACCESS EXCLUSIVE'),
  'vacuum-full': rule(
    'rewrites-table',
    'error',
    'VACUUM FULL rewrites a live table under ACCESS EXCLUSIVE',
  ),
  'refresh-not-concurrently': rule(
    'blocks-reads',
    'error',
    'REFRESH MATERIALIZED VIEW without CONCURRENTLY: nobody reads it meanwhile',
  ),
  'refresh-without-unique-index': rule(
    'fails-on-server',
    'error',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY without a unique index over all rows',
  ),
  'attach-partition-scan': rule(
    'scans-table',
    'error',
    'ATTACH PARTITION without a validated CHECK that proves the bound: the table is read under a lock',
  ),
  'default-partition-scan': rule(
    'scans-table',
    'error',
    'a partition is added beside a DEFAULT partition, which is read under ACCESS EXCLUSIVE',
  ),
  'create-partition-of': rule(
    'blocks-reads',
    'warning',
    'CREATE TABLE … PARTITION OF a live table: ACCESS EXCLUSIVE on the parent',
  ),
  'detach-partition': rule(
    'blocks-reads',
    'error',
    'DETACH PARTITION without CONCURRENTLY: ACCESS EXCLUSIVE on the parent',
  ),
  inherit: rule('blocks-reads', 'warning', 'INHERIT or NO INHERIT on a live table'),
  'replica-identity': rule(
    'blocks-reads',
    'warning',
    'REPLICA IDENTITY: subscribers may lose updates, FULL makes each row’s WAL larger',
  ),
  'create-trigger': rule(
    'blocks-writes',
    'warning',
    'a trigger or rule on a live table changes what the running version’s writes do',
  ),
  'disable-trigger': rule(
    'breaks-running-app',
    'warning',
    'a trigger goes or is switched: what it kept right is not kept any more',
  ),
  'row-level-security': rule(
    'breaks-running-app',
    'error',
    'row level security without a policy: the service sees no rows',
  ),
  policy: rule('blocks-reads', 'warning', 'a policy or row level security of a live table changes'),
  'change-owner': rule(
    'breaks-running-app',
    'warning',
    'OWNER TO or REVOKE: a role may lose what the running version needs',
  ),
  'restart-sequence': rule(
    'breaks-running-app',
    'warning',
    'RESTART of a sequence: numbers are given out twice',
  ),
  'if-not-exists-keeps-old': rule(
    'no-effect',
    'warning',
    'IF NOT EXISTS over something that exists: it stays as it is, whatever this statement says',
  ),
});
