import type pg from 'pg';

/** What Alembic's own table says; null when there is none. It stays where it is, and is never written. */
export async function alembicVersionOf(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ readable: boolean | null }>(
    `SELECT CASE WHEN to_regclass('public.alembic_version') IS NULL THEN NULL
       ELSE has_table_privilege('public.alembic_version', 'SELECT') END AS readable`,
  );
  const readable = rows[0]?.readable ?? null;
  if (readable === null) return null;
  if (!readable) return 'not readable for this role';
  const versions = await client.query<{ version: string }>(
    'SELECT version_num AS version FROM public.alembic_version ORDER BY 1',
  );
  return versions.rows.map(({ version }) => version).join(', ') || 'empty';
}
