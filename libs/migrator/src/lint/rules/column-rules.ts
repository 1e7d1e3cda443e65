import { rule, ruleList } from './rule.js';

export const COLUMN_RULES = ruleList({
  'add-column-volatile-default': rule(
    'rewrites-table',
    'error',
    'ADD COLUMN with a volatile default (gen_random_uuid(), random(), clock_timestamp(), nextval())',
  ),
  'add-column-serial': rule(
    'rewrites-table',
    'error',
    'ADD COLUMN serial: its nextval() default is written into every row',
  ),
  'add-column-identity': rule(
    'rewrites-table',
    'error',
    'ADD COLUMN … GENERATED AS IDENTITY: a number is written into every row',
  ),
  'add-column-stored-generated': rule(
    'rewrites-table',
    'error',
    'ADD COLUMN … GENERATED ALWAYS AS (…) STORED: computed for every row',
  ),
  'add-column-constrained-domain': rule(
    'rewrites-table',
    'error',
    'ADD COLUMN of a domain with constraints: every row is checked and rewritten',
  ),
  'add-column-required': rule(
    'fails-on-server',
    'error',
    'ADD COLUMN NOT NULL without a default on a table that holds rows: SQLSTATE 23502',
  ),
  'add-column-json': rule(
    'breaks-running-app',
    'warning',
    'ADD COLUMN json: it has no equality, so SELECT DISTINCT and GROUP BY over the table fail',
  ),
  'drop-column': rule('loses-data', 'error', 'DROP COLUMN: its values are gone'),
  'drop-column-in-use': rule(
    'breaks-running-app',
    'warning',
    'DROP COLUMN while instances of the running version still name it',
  ),
  'change-column-type': rule(
    'rewrites-table',
    'error',
    'ALTER COLUMN TYPE that changes how values are stored: table and indexes are written anew',
  ),
  'change-column-type-scan': rule(
    'scans-table',
    'error',
    'ALTER COLUMN TYPE that keeps the values but reads every row, or builds an index anew',
  ),
  'change-column-type-timezone': rule(
    'rewrites-table',
    'warning',
    'timestamp ↔ timestamptz: no rewrite only while the session’s time zone is UTC',
  ),
  'narrow-column-type': rule(
    'loses-data',
    'error',
    'ALTER COLUMN TYPE to a type that cannot hold every value of the old one',
  ),
  'set-not-null': rule('scans-table', 'error', 'SET NOT NULL without a proof: every row is read'),
  'drop-not-null': rule(
    'breaks-running-app',
    'warning',
    'DROP NOT NULL: the running version meets NULL where it never stood',
  ),
  'drop-default': rule(
    'breaks-running-app',
    'warning',
    'DROP DEFAULT of a NOT NULL column: an INSERT of the running version that leaves it out fails',
  ),
  'set-expression': rule(
    'rewrites-table',
    'error',
    'SET EXPRESSION of a stored generated column: every row is computed anew',
  ),
  'rename-column': rule('breaks-running-app', 'error', 'a column of a live table is renamed'),
});
