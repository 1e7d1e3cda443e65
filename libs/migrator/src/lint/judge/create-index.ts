import type { DropStmt, IndexStmt, ReindexStmt } from 'libpg-query';
import { indexColumns } from '../schema/create-object.js';
import { type Index, shown } from '../schema/schema.js';
import { hasOption, nameParts } from '../tree.js';
import type { Judgement, Live } from './judgement.js';

export function judgeCreateIndex(at: Judgement, node: IndexStmt): void {
  const live = at.live(node.relation);
  const columns = indexColumns(node);
  if (columns.length > 3 && live !== null && node.unique !== true) {
    at.report('index-many-columns', {
      message: `${columns.length} key columns: every write of ${live.name} pays for them, and a query rarely uses more than three.`,
      fix: `Keep the columns that the query filters by; put the others into INCLUDE when they save the visit to the table.`,
    });
  }
  if (live === null) return;
  const name = node.idxname ?? `${live.name}_${columns.join('_')}_idx`;
  const partitioned = live.table?.kind === 'partitioned';
  if (node.concurrent === true) judgeConcurrent(at, live, { node, name, partitioned });
  else judgePlain(at, live, { node, name, partitioned });
}

interface Named {
  node: IndexStmt;
  name: string;
  partitioned: boolean;
}

function judgeConcurrent(at: Judgement, live: Live, { node, name, partitioned }: Named): void {
  const tables = [live];
  if (partitioned) {
    at.report('create-index-concurrently-on-partitioned', {
      message: `${live.name} is partitioned: PostgreSQL refuses CONCURRENTLY on it (0A000).`,
      fix: onPartitions(live, name),
      tables,
    });
    return;
  }
  if (node.idxname === undefined) {
    at.report('index-unnamed', {
      message: `Without a name nobody can tell whether a crash left this very index INVALID; the engine refuses it.`,
      fix: `CREATE INDEX CONCURRENTLY ${name} ON ${live.name} (…);`,
      tables,
    });
  }
  if (node.if_not_exists === true) sayIfNotExists(at, live, name);
  else if (node.unique === true) {
    at.report('unique-index-may-fail', {
      message: `One duplicate in ${live.name} ends the build and leaves ${name} INVALID: it costs every write and answers no query.`,
      fix: `Look for duplicates first: SELECT ${indexColumns(node).join(', ')} FROM ${live.name} GROUP BY ${indexColumns(node).join(', ')} HAVING count(*) > 1 LIMIT 10;`,
      tables,
    });
  }
}

function sayIfNotExists(at: Judgement, live: Live, name: string): void {
  at.report('create-index-if-not-exists', {
    message: `A build that failed leaves ${name} INVALID under its name; IF NOT EXISTS then finds it, does nothing, and the migration counts as applied.`,
    fix: `CREATE INDEX CONCURRENTLY ${name} … without IF NOT EXISTS (before it, when it must be repeatable: DROP INDEX CONCURRENTLY IF EXISTS ${name}; in a file of its own).`,
    tables: [live],
  });
}

function judgePlain(at: Judgement, live: Live, { node, name, partitioned }: Named): void {
  const known = at.schema.indexes.get(`${live.key.slice(0, live.key.indexOf('.'))}.${name}`);
  if (node.if_not_exists === true && known !== undefined) {
    if (known.concurrent) sayIfNotExists(at, live, name);
    else
      at.report('if-not-exists-keeps-old', {
        message: `${name} exists already and stays as it is, whatever this statement says of its columns.`,
        fix: `Drop this statement, or give the new index another name.`,
        tables: [live],
      });
    return;
  }
  // ON ONLY makes the empty index of the parent: nothing is read.
  if (partitioned && node.relation?.inh !== true) return;
  at.lock(live, 'SHARE');
  const matview = live.table?.kind === 'matview';
  at.report('create-index-not-concurrently', {
    message: matview
      ? `The materialized view ${live.name} cannot be refreshed until ${name} is built.`
      : `SHARE lock on ${live.name}: no INSERT, UPDATE or DELETE until ${name} is built.`,
    fix: partitioned
      ? onPartitions(live, name)
      : `In a file of its own that begins with  -- migrate: transaction=none : CREATE ${node.unique === true ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${name} ON ${live.name} (…);`,
    tables: [live],
    ...(matview && { level: 'warning' as const }),
  });
}

const onPartitions = (live: Live, name: string): string =>
  `CREATE INDEX ${name} ON ONLY ${live.name} (…); on each partition, in a file with transaction=none, CREATE INDEX CONCURRENTLY; then ALTER INDEX ${name} ATTACH PARTITION each.`;

export function judgeDropIndex(at: Judgement, node: DropStmt): void {
  const keys = (node.objects ?? []).map((object) => at.schema.keyOfName(nameParts(object)));
  if (node.concurrent === true) judgeDropForm(at, node, keys);
  for (const key of keys) {
    const index = at.schema.indexes.get(key);
    const live = index === undefined ? null : at.liveKey(index.table);
    if (index !== undefined && live === null) continue;
    // IF EXISTS of an index that no file makes does nothing, as far as anybody knows.
    if (index === undefined && node.missing_ok === true && node.concurrent !== true) {
      if (at.schema.tables.size > 0) continue;
    }
    judgeOwned(at, index, node);
    if (node.concurrent === true) continue;
    if (live !== null) at.lock(live, 'ACCESS EXCLUSIVE');
    const table = live?.name ?? 'its table';
    at.report('drop-index-not-concurrently', {
      message: `ACCESS EXCLUSIVE on ${table}: the drop waits for every query that runs, and every new one waits for the drop.`,
      fix: `In a file of its own that begins with  -- migrate: transaction=none : DROP INDEX CONCURRENTLY ${shown(key)};`,
      tables: live === null ? [] : [live],
    });
  }
}

function judgeDropForm(at: Judgement, node: DropStmt, keys: readonly string[]): void {
  const partitioned = keys.some((key) => {
    const table = at.schema.tables.get(at.schema.indexes.get(key)?.table ?? '');
    return table?.kind === 'partitioned';
  });
  const wrong =
    keys.length > 1
      ? 'several indexes at once'
      : node.behavior === 'DROP_CASCADE'
        ? 'CASCADE'
        : partitioned
          ? 'an index of a partitioned table'
          : null;
  if (wrong === null) return;
  at.report('drop-index-concurrently-form', {
    message: `DROP INDEX CONCURRENTLY does not take ${wrong} (0A000).`,
    fix: `One file with transaction=none for each: ${keys.map((key) => `DROP INDEX CONCURRENTLY ${shown(key)};`).join(' ')}`,
  });
}

function judgeOwned(at: Judgement, index: Index | undefined, node: DropStmt): void {
  if (index === undefined) return;
  const needed = at.schema
    .referrers(index.table)
    .filter(() => index.unique)
    .map(({ constraint }) => constraint.name);
  if (index.constraint !== null && node.behavior !== 'DROP_CASCADE') {
    at.report('drop-index-of-constraint', {
      message: `${index.name} belongs to the constraint ${index.constraint}: PostgreSQL refuses to drop it (2BP01).`,
      fix: `ALTER TABLE ${shown(index.table)} DROP CONSTRAINT ${index.constraint};`,
    });
  } else if (index.unique) {
    at.report('drop-unique-index', {
      message: `INSERT … ON CONFLICT (${index.columns.join(', ')}) of the running version fails without ${index.name} (42P10), and duplicates get in${needed.length > 0 ? `; ${needed.join(', ')} may rest on it` : ''}.`,
      fix: `Release a version that does not rely on it first, or build its replacement before.`,
    });
  }
}

export function judgeReindex(at: Judgement, node: ReindexStmt): void {
  if (hasOption(node.params, 'concurrently')) return;
  const name = node.relation?.relname ?? node.name ?? 'the database';
  const isIndex = node.kind === 'REINDEX_OBJECT_INDEX';
  const key = node.relation === undefined ? '' : at.schema.keyOf(node.relation);
  const table = isIndex ? at.schema.indexes.get(key)?.table : key;
  const live = table ? at.liveKey(table, node.relation) : null;
  if (table && live === null) return;
  if (live !== null) at.lock(live, 'SHARE');
  at.report('reindex-not-concurrently', {
    message: `No writes to ${live?.name ?? name}, and no reads through the index, until it is built anew.`,
    fix: `In a file of its own that begins with  -- migrate: transaction=none : REINDEX ${isIndex ? 'INDEX' : 'TABLE'} CONCURRENTLY ${name};`,
    tables: live === null ? [] : [live],
  });
}
