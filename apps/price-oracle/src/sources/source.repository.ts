import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { Source, SourceKind } from './source.js';

interface SourceRow {
  source_id: string;
  name: string;
  kind: SourceKind;
  upstream_group: string;
  enabled: boolean;
  created_at: Date;
}

const COLUMNS = 'source_id, name, kind, upstream_group, enabled, created_at';

@Injectable()
export class SourceRepository {
  /** False when the name is taken. */
  async insert(tx: Tx, source: Source): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO sources (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (name) DO NOTHING
       RETURNING source_id`,
      [
        source.sourceId,
        source.name,
        source.kind,
        source.upstreamGroup,
        source.enabled,
        source.createdAt,
      ],
    );
    return rows.length === 1;
  }

  async findById(tx: Tx, sourceId: string): Promise<Source | null> {
    const rows = await tx.query<SourceRow[]>(
      `SELECT ${COLUMNS} FROM sources WHERE source_id = $1`,
      [sourceId],
    );
    return rows[0] === undefined ? null : toSource(rows[0]);
  }
}

function toSource(row: SourceRow): Source {
  return {
    sourceId: row.source_id,
    name: row.name,
    kind: row.kind,
    upstreamGroup: row.upstream_group,
    enabled: row.enabled,
    createdAt: row.created_at,
  };
}
