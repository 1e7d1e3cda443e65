import { LOCK_KEY } from '../run/advisory-lock.js';
import type { IndexStatement } from '../run/index-statement.js';
import { quoteText } from '../sources/sql-quote.js';
import type { Place } from './export-parts.js';

/** The one database that a file is for. */
export interface Addressee {
  service: string;
  environment: string;
  databaseUuid: string;
}

/** A body between dollars whose tag does not occur in it. */
export function dollarQuoted(body: string): string {
  let tag = '$fp$';
  for (let count = 1; body.includes(tag); count += 1) tag = `$fp${count}$`;
  return `${tag}\n${body}\n${tag}`;
}

/** The conditions of a file as PL/pgSQL that raises; `lock` takes the engine's own lock, or raises. */
export function demands(to: Addressee, place: Place, lock: 'transaction' | 'session'): string {
  const take = lock === 'session' ? 'pg_try_advisory_lock' : 'pg_try_advisory_xact_lock';
  const { seq, hash } = place.head;
  const identity = [to.service, to.databaseUuid, to.environment].map(quoteText).join(', ');
  const conditions = [
    raiseUnless(
      `current_setting('standard_conforming_strings') = 'on'`,
      `'fp: this session has standard_conforming_strings = off: turn it on'`,
    ),
    raiseUnless(
      `current_setting('client_encoding') IN ('UTF8', 'SQL_ASCII')`,
      `'fp: this file is UTF8, the session says ' || current_setting('client_encoding')`,
    ),
    raiseUnless(
      `to_regclass('migrator.identity') IS NOT NULL AND to_regclass('migrator.head') IS NOT NULL`,
      `'fp: wrong database: it does not say whose it is'`,
    ),
    raiseUnless(
      `${take}(${LOCK_KEY})`,
      `'fp: somebody is migrating this database: import this file when they have ended'`,
    ),
    raiseUnless(
      `EXISTS (SELECT FROM migrator.identity WHERE (service, database_uuid::text, environment) = (${identity}))`,
      `'fp: wrong database: this file is for ' || ${quoteText(`${to.service} of ${to.environment}`)} || ` +
        `', this is ' || (SELECT service || ' of ' || environment FROM migrator.identity)`,
    ),
    'PERFORM FROM migrator.head FOR UPDATE;',
    raiseUnless(
      `EXISTS (SELECT FROM migrator.head WHERE seq = ${seq} AND encode(hash, 'hex') = '${hash}')`,
      `'fp: this file continues row ${seq} of migrator.history, which ends at row ' || ` +
        `(SELECT seq FROM migrator.head) || ': it was imported already, or somebody has migrated since'`,
    ),
    raiseUnless(rowIsThere(place), `'fp: migrator.history is not what was written'`),
  ];
  return conditions.join('\n');
}

/** The last row is the one that the head names, with the version that the export has seen. */
function rowIsThere({ head, row }: Place): string {
  const last = `(SELECT coalesce(max(seq), 0) FROM migrator.history) = ${head.seq}`;
  if (row === null) return last;
  const { number, direction, status, hash } = row;
  return (
    `${last} AND EXISTS (SELECT FROM migrator.history WHERE seq = ${head.seq} AND number = ${number} ` +
    `AND direction = '${direction}' AND status = '${status}' AND encode(hash, 'hex') = '${hash}')`
  );
}

export function indexAbsent(index: IndexStatement): string {
  return raiseUnless(
    `NOT ${found(index, 'true')}`,
    quoteText(`fp: there is an index ${index.name} already`),
  );
}

export function indexSettled(index: IndexStatement): string {
  const valid = 'i.indisvalid AND i.indisready AND i.indislive';
  if (index.kind === 'drop') {
    return raiseUnless(
      `to_regclass(${quoteText(index.index)}) IS NULL`,
      quoteText(`fp: index ${index.name} is still there: import the file before this one first`),
    );
  }
  return raiseUnless(
    found(index, valid),
    quoteText(
      `fp: index ${index.name} is not there, or not valid: import the file before this one first; ` +
        'when that failed half-way, fp migrate up drops the rest and builds it again',
    ),
  );
}

function found(index: IndexStatement, condition: string): string {
  const table =
    index.kind === 'create' ? `t.oid = to_regclass(${quoteText(index.table)}) AND ` : '';
  return (
    `EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid ` +
    `WHERE ${table}c.relname = ${quoteText(index.name)} AND ${condition})`
  );
}

function raiseUnless(condition: string, message: string): string {
  return `IF NOT coalesce(${condition}, false) THEN RAISE EXCEPTION USING MESSAGE = ${message}; END IF;`;
}
