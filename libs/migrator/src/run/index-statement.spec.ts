import { describe, expect, it } from '@jest/globals';
import { indexStatementOf } from './index-statement.js';
import { MigrationRefused } from '../refused.js';

const ofSql = (sql: string, transactional = false) =>
  indexStatementOf({ kind: 'sql', file: 'x.sql', sql, transactional }, '1 x');

const ofClass = (...queries: string[]) =>
  indexStatementOf(
    {
      kind: 'class',
      transactional: false,
      run: async (runner) => {
        for (const query of queries) await runner.query(query);
      },
    },
    '1 x',
  );

async function refusal(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.catch((reason: unknown) => reason);
  return error instanceof MigrationRefused ? `${error.code} ${error.exitCode}` : 'accepted';
}

describe('recognising a statement on an index', () => {
  it('finds the names, quoted where that is needed', async () => {
    const sql = '-- für €\ncreate index concurrently if not exists "Ü" on only s."T t" (a)';
    expect(await ofSql(sql)).toMatchObject({ kind: 'create', name: 'Ü', table: '"s"."T t"' });
    expect(await ofSql('CREATE UNIQUE INDEX CONCURRENTLY i ON T (a)')).toMatchObject({
      name: 'i',
      table: '"t"',
    });
    const drop = await ofSql('DROP INDEX CONCURRENTLY IF EXISTS s."I i"');
    expect(drop).toMatchObject({ kind: 'drop', name: 'I i', index: '"s"."I i"' });
  });

  it('finds the byte at which the table stands, whatever stands before it', async () => {
    const found = await ofSql('-- für €\n CREATE INDEX CONCURRENTLY "ü" ON t (a)');
    if (found?.kind !== 'create') throw new Error('not recognised');
    expect(Buffer.from(found.sql).subarray(found.tableAt).toString()).toBe('t (a)');
  });

  it.each([
    'CREATE INDEX i ON t (a)',
    'DROP INDEX i',
    'DROP TABLE t',
    'REINDEX INDEX CONCURRENTLY i',
    'VACUUM t',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY v',
  ])('does not take %j for one', async (sql) => {
    expect(await ofSql(sql)).toBeNull();
  });

  it('has no business inside a transaction', async () => {
    expect(await ofSql('DROP INDEX i; DROP INDEX j', true)).toBeNull();
  });

  it('sees what a class would send', async () => {
    expect(await ofClass('DROP INDEX CONCURRENTLY i')).toMatchObject({ kind: 'drop', name: 'i' });
    expect(await ofClass()).toBeNull();
  });

  it.each<[string, Promise<unknown>, string]>([
    ['two queries', ofClass('VACUUM', 'ANALYZE'), 'CLASS_NOT_ONE_STATEMENT 11'],
    ['two statements in a query', ofClass('VACUUM; ANALYZE'), 'CLASS_NOT_ONE_STATEMENT 11'],
    ['a class that ends the lock', ofClass('DISCARD ALL'), 'SQL_SESSION_COMMAND 11'],
    ['no name', ofSql('CREATE INDEX CONCURRENTLY ON t (a)'), 'SQL_INDEX_UNNAMED 11'],
    ['no name in a class', ofClass('CREATE INDEX CONCURRENTLY ON t (a)'), 'SQL_INDEX_UNNAMED 11'],
    ['two statements in a file', ofSql('VACUUM; ANALYZE'), 'SQL_NOT_ONE_STATEMENT 11'],
  ])('refuses %s', async (_what, run, expected) => {
    expect(await refusal(run)).toBe(expected);
  });
});
