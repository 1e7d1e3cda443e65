import type { Workload } from '../model.js';

/** The server of PostgreSQL among the services of a compose file, by its image or its name. */
export function isPostgres({ image, name, variables }: Workload): boolean {
  const said = (image?.value ?? '').split('/').at(-1) ?? '';
  if (/^(?:postgres|postgis|timescaledb|pgvector)(?:[:@]|$)/.test(said)) return true;
  return /postgres/.test(name) && variables.some((one) => one.name.startsWith('POSTGRES_'));
}

/** Its major version; null where the tag does not tell. */
export function majorOf({ image }: Workload): number | null {
  const tag = /[:](?:v|pg)?(\d{1,2})(?:[.-]|$)/.exec(
    (image?.value ?? '').split('/').at(-1) ?? '',
  )?.[1];
  return tag === undefined ? null : Number(tag);
}
