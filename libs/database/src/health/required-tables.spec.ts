import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  Check,
  Column,
  type DataSource,
  Entity,
  Index,
  PrimaryColumn,
  Unique,
  ViewColumn,
  ViewEntity,
} from 'typeorm';
import {
  buildMetadata,
  createDataSource,
  dataSourceOptions,
} from '../connection/create-data-source.js';
import { parseDatabaseUrl } from '../config/database-url.js';
import { requiredTables } from './required-tables.js';

@Entity('journal_entries')
@Unique('journal_entries_key', ['key', 'kind'])
@Check('journal_entries_kind_known', `kind IN ('debit', 'credit')`)
@Index('journal_entries_kind_idx', ['kind'])
class JournalEntryEntity {
  @PrimaryColumn({
    name: 'entry_id',
    type: 'uuid',
    primaryKeyConstraintName: 'journal_entries_pkey',
  })
  entryId!: string;
  @Column({ type: 'text' })
  key!: string;
  @Column({ type: 'text' })
  kind!: string;
}

/** Another view on the same rows: its columns add to the table's. */
@Entity('journal_entries')
class JournalNoteEntity {
  @PrimaryColumn({ name: 'entry_id', type: 'uuid' })
  entryId!: string;
  @Column({ type: 'text' })
  note!: string;
}

@ViewEntity({ name: 'balances', expression: 'SELECT 1 AS total' })
class BalanceView {
  @ViewColumn()
  total!: number;
}

const { target } = parseDatabaseUrl('postgresql://u:p@h/d', {
  audience: 'service-development',
  allowLoopback: true,
  variable: 'DATABASE_URL',
});
if (target === undefined) throw new Error('the URL above is valid');
const config = {
  target,
  poolSize: 20,
  maxOverflow: 10,
  connectTimeoutMs: 2_000,
  statementTimeoutMs: 5_000,
  idleTimeoutMs: 30_000,
  requestTimeoutMs: 8_000,
  shutdownGraceMs: 10_000,
};
const entities = [JournalEntryEntity, JournalNoteEntity, BalanceView];
let dataSource: DataSource;

beforeAll(async () => {
  dataSource = createDataSource(config, { service: 'settlement', entities });
  await buildMetadata(dataSource);
});

describe('the required tables', () => {
  it('are those of the entities, with every named object, before any connection', () => {
    expect(requiredTables(dataSource)).toEqual([
      {
        schema: 'public',
        table: 'balances',
        columns: ['total'],
        primaryKey: false,
        constraints: [],
        indexes: [],
        privileges: ['SELECT'],
      },
      {
        schema: 'public',
        table: 'journal_entries',
        columns: ['entry_id', 'key', 'kind', 'note'],
        primaryKey: 'journal_entries_pkey',
        constraints: ['journal_entries_key', 'journal_entries_kind_known'],
        indexes: ['journal_entries_kind_idx'],
        privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
      },
    ]);
  });

  it('demand less of a table that the service only appends to', () => {
    const [, journal] = requiredTables(dataSource, { journal_entries: ['SELECT', 'INSERT'] });
    expect(journal?.privileges).toEqual(['SELECT', 'INSERT']);
  });
});

describe('the options of the DataSource', () => {
  it('never change a schema and never choose another engine', () => {
    expect(dataSourceOptions(config, { service: 'settlement', entities })).toMatchObject({
      type: 'postgres',
      synchronize: false,
      migrationsRun: false,
      dropSchema: false,
      installExtensions: false,
      entities,
      migrations: [],
      poolSize: 30,
      connectTimeoutMS: 2_000,
      extra: { keepAlive: true, ssl: false, query_timeout: 6_000, idleTimeoutMillis: 30_000 },
    });
    expect(dataSourceOptions(config, { service: 'settlement', entities })).not.toHaveProperty(
      'url',
    );
  });
});
