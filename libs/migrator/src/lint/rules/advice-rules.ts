import { rule, ruleList } from './rule.js';

/** Style: only with `--advice`, for a safe file should have nothing said about it. */
export const ADVICE_RULES = ruleList({
  'prefer-bigint': rule('weak-type', 'info', 'an integer key runs out at 2 147 483 647'),
  'prefer-identity': rule('weak-type', 'info', 'serial leaves its sequence’s rights to you'),
  'prefer-text': rule('weak-type', 'info', 'varchar(n): a CHECK can be changed without a scan'),
  'prefer-timestamptz': rule(
    'weak-type',
    'info',
    'timestamp without time zone is no point in time',
  ),
  'prefer-jsonb': rule('weak-type', 'info', 'json has no equality and no index'),
  'char-type': rule('weak-type', 'info', 'char(n) pads with blanks that comparisons ignore'),
  'money-type': rule('weak-type', 'info', 'money depends on the server’s locale'),
  'enum-type': rule('weak-type', 'info', 'a value of an enum can never be removed'),
  'constraint-unnamed': rule('naming', 'info', 'a name of your own can be relied on later'),
  'identifier-too-long': rule('naming', 'info', 'PostgreSQL cuts names after 63 bytes'),
  'several-alter-tables': rule('blocks-reads', 'info', 'several ALTER TABLE where one would do'),
  'column-order': rule('weak-type', 'info', 'another order of the columns saves padding'),
});
