import { rule, ruleList } from './rule.js';

export const ANALYSIS_RULES = ruleList({
  'syntax-error': rule('fails-on-server', 'error', 'PostgreSQL’s grammar refuses the statement'),
  'version-syntax': rule('fails-on-server', 'error', 'newer than the server that it is meant for'),
  'server-error': rule('fails-on-server', 'error', 'measured: the server refused the statement'),
  'measured-rewrite': rule('rewrites-table', 'error', 'measured: a live table got a new file'),
  'measured-scan': rule(
    'scans-table',
    'error',
    'measured: a live table is read from end to end under a lock that blocks others',
  ),
  'measured-lock': rule(
    'blocks-reads',
    'warning',
    'measured: a lock that blocks a live table, taken by a statement that cannot be read',
  ),
  'psql-command': rule(
    'fails-on-server',
    'error',
    'a psql meta-command: the server does not know it',
  ),
  'unknown-directive': rule(
    'fails-on-server',
    'error',
    'a `-- migrate:` line that the engine refuses',
  ),
  'duplicate-number': rule('fails-on-server', 'error', 'two files have one number'),
  'empty-file': rule('no-effect', 'error', 'a migration without a statement'),
  'dynamic-sql': rule(
    'not-analysable',
    'warning',
    'EXECUTE of a text that is made when it runs, in a DO block',
  ),
  'do-block': rule('not-analysable', 'warning', 'a DO block whose language or body cannot be read'),
  'calls-function': rule(
    'not-analysable',
    'warning',
    'SELECT or CALL of a function of one’s own: what it does is not in the statement',
  ),
  'extension-script': rule(
    'not-analysable',
    'warning',
    'ALTER EXTENSION UPDATE runs a script of the server that nobody sees here',
  ),
  'unknown-table': rule(
    'not-analysable',
    'warning',
    'no file makes this table: it is judged as live and populated',
  ),
  'function-body-names-it': rule(
    'breaks-running-app',
    'error',
    'the body of a function or view names what is dropped or renamed',
  ),
  'base-not-replayed': rule(
    'not-analysable',
    'warning',
    'an applied file could not be replayed, so what follows is judged by rule alone',
  ),
  'class-not-rehearsed': rule(
    'not-analysable',
    'warning',
    'a migration class that needs answers, or more of TypeORM than query(): its SQL is not known',
  ),
  'ignore-invalid': rule(
    'not-analysable',
    'error',
    'a suppression without a known rule id or without a reason: it suppresses nothing',
  ),
  'ignore-unused': rule('no-effect', 'info', 'a suppression that nothing answers to'),
});
