import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import {
  DatabaseNotConnected,
  classifyDatabaseError,
  sqlStateOf,
} from './classify-database-error.js';
import { faultOf } from './fault.js';

const coded = (code: string, message = 'x', extra = {}): Error =>
  Object.assign(new Error(message), { code, ...extra });

describe('the class of a database error', () => {
  it.each([
    ['23505', 'duplicate'],
    ['23P01', 'duplicate'],
    ['23502', 'invalid'],
    ['23503', 'invalid'],
    ['23514', 'invalid'],
    ['22P02', 'invalid'],
    ['22003', 'invalid'],
    ['40001', 'contention'],
    ['40P01', 'contention'],
    ['55P03', 'busy'],
    ['57014', 'busy'],
    ['53300', 'overloaded'],
    ['53200', 'overloaded'],
    ['53100', 'storage-full'],
    ['25006', 'read-only'],
    ['08006', 'unavailable'],
    ['57P01', 'unavailable'],
    ['57P03', 'unavailable'],
    ['ECONNREFUSED', 'unavailable'],
    ['ECONNRESET', 'unavailable'],
    ['EPIPE', 'unavailable'],
    ['ENOTFOUND', 'unavailable'],
    ['28P01', 'misconfigured'],
    ['3D000', 'misconfigured'],
    ['42501', 'misconfigured'],
    ['42P01', 'misconfigured'],
    ['42601', null],
    ['ENOENT', null],
    ['ERR_ASSERTION', null],
  ])('%s is %s', (code, expected) => {
    expect(classifyDatabaseError(coded(code))).toBe(expected);
    expect(classifyDatabaseError(new QueryFailedError('SELECT 1', [], coded(code)))).toBe(expected);
  });

  it.each([
    ['timeout exceeded when trying to connect', 'overloaded'],
    ['Query read timeout', 'busy'],
    ['Connection terminated unexpectedly', 'unavailable'],
    ['Connection terminated due to connection timeout', 'unavailable'],
    ['Client has encountered a connection error and is not queryable', 'unavailable'],
    ['Driver not Connected', 'unavailable'],
    ['something else', null],
  ])('%j without a code is %s', (message, expected) => {
    expect(classifyDatabaseError(new Error(message))).toBe(expected);
  });

  it('knows a missing socket from a missing file', () => {
    expect(classifyDatabaseError(coded('ENOENT', 'x', { syscall: 'connect' }))).toBe('unavailable');
  });

  it('is unavailable before the first connection, and nothing for what is no error of the database', () => {
    expect(classifyDatabaseError(new DatabaseNotConnected())).toBe('unavailable');
    for (const other of [undefined, null, 'text', 7, new TypeError('x')]) {
      expect(classifyDatabaseError(other)).toBeNull();
    }
  });

  it('gives the SQLSTATE only when there is one', () => {
    expect(sqlStateOf(new QueryFailedError('', [], coded('23505')))).toBe('23505');
    expect(sqlStateOf(coded('ECONNREFUSED'))).toBeUndefined();
    expect(sqlStateOf(null)).toBeUndefined();
  });
});

describe('the fault behind a failed connection', () => {
  it.each([
    [coded('28P01'), 'DB_AUTH', 77, true],
    [coded('28000'), 'DB_AUTH', 77, true],
    [coded('3D000'), 'DB_AUTH', 77, true],
    [coded('42501'), 'DB_AUTH', 77, true],
    [coded('SELF_SIGNED_CERT_IN_CHAIN'), 'DB_TLS', 78, true],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'DB_TLS', 78, true],
    [new Error('The server does not support SSL connections'), 'DB_TLS', 78, true],
    [coded('ECONNREFUSED'), 'DB_UNREACHABLE', 69, false],
    [coded('57P03'), 'DB_UNREACHABLE', 69, false],
    [coded('53300'), 'DB_UNREACHABLE', 69, false],
    [coded('53100'), 'STORAGE_FULL', 69, false],
    [new Error('timeout expired'), 'DB_UNREACHABLE', 69, false],
    [undefined, 'DB_UNREACHABLE', 69, false],
  ])('%s is %s', (error, reason, exitCode, permanent) => {
    expect(faultOf(error)).toMatchObject({ reason, exitCode, permanent });
  });
});
