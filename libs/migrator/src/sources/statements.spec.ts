import { describe, expect, it } from '@jest/globals';
import { MigrationRefused } from '../refused.js';
import { demandHarmlessQuery, splitStatements, statementsOf } from './statements.js';

async function refusal(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof MigrationRefused)
      return `${error.code} ${error.exitCode} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('splitting a script', () => {
  it('counts bytes where the parser does: nothing shifts after an umlaut', async () => {
    const script = "-- für €\nINSERT INTO t VALUES ('ä€𝄞');\n\nSELECT 'ß';";
    const statements = await splitStatements(script, 'x.sql');
    expect(statements.map(({ sql, line }) => [sql, line])).toEqual([
      ["INSERT INTO t VALUES ('ä€𝄞')", 2],
      ["SELECT 'ß'", 4],
    ]);
  });

  it('leaves semicolons alone in strings, comments, bodies and BEGIN ATOMIC', async () => {
    const script = `
      CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
      CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;
      SELECT 'a;b' /* c;d */ ;`;
    expect(await splitStatements(script, 'x.sql')).toHaveLength(3);
  });

  it('finds nothing in a file of comments', async () => {
    expect(await splitStatements('-- later\n', 'x.sql')).toEqual([]);
    expect(await splitStatements(' \n', 'x.sql')).toEqual([]);
  });

  it.each([
    ['BEGIN; SELECT 1', 'SQL_TRANSACTION_CONTROL 11'],
    ['SELECT 1;\nCOMMIT', 'SQL_TRANSACTION_CONTROL 11 x.sql:2'],
    ['ROLLBACK', 'SQL_TRANSACTION_CONTROL 11'],
    ['START TRANSACTION', 'SQL_TRANSACTION_CONTROL 11'],
    ['END', 'SQL_TRANSACTION_CONTROL 11'],
    ["PREPARE TRANSACTION 'x'", 'SQL_TRANSACTION_CONTROL 11'],
    ['DISCARD ALL', 'SQL_SESSION_COMMAND 11'],
    ['COPY t FROM STDIN', 'SQL_SESSION_COMMAND 11'],
    ['SELECT 1;\n\nSELEC 2', 'SQL_SYNTAX 11 x.sql:3'],
    ['\\connect other', 'SQL_SYNTAX 11'],
  ])('refuses %j', async (sql, expected) => {
    expect(await refusal(splitStatements(sql, 'x.sql'))).toContain(expected);
  });

  it('accepts savepoints, which end nothing', async () => {
    expect(await refusal(splitStatements('SAVEPOINT a; ROLLBACK TO a; RELEASE a', 'x'))).toBe(
      'accepted',
    );
  });

  it.each([
    ['CREATE INDEX CONCURRENTLY a ON t (b)', 'accepted'],
    ['SELECT 1; SELECT 2', 'SQL_NOT_ONE_STATEMENT 11'],
    ['-- nothing', 'SQL_NOT_ONE_STATEMENT 11'],
  ])('outside a transaction takes exactly one statement: %j', async (sql, expected) => {
    const script = { kind: 'sql', file: 'x.sql', sql, transactional: false } as const;
    expect(await refusal(statementsOf(script))).toContain(expected);
  });
});

describe('a query of a migration class', () => {
  it.each([
    ['COMMIT', 'SQL_TRANSACTION_CONTROL'],
    ['select 1; rollback', 'SQL_TRANSACTION_CONTROL'],
    ['DO $$ BEGIN PERFORM 1; END $$', 'accepted'],
    ["COMMENT ON TABLE t IS 'commit early'", 'accepted'],
  ])('%j: %s', async (sql, expected) => {
    expect(await refusal(demandHarmlessQuery(sql, 'x'))).toContain(expected);
  });
});
