import { aclItem } from './acl-item.js';
import type { SchemaRow } from './catalogue-rows.js';

/** The two roles of a service, whose names differ from one environment to the next. */
export interface CatalogueRoles {
  owner: string;
  app: string;
}

/** The service's two roles get the names that they have everywhere. */
export function roleName(name: string, { owner, app }: CatalogueRoles): string {
  if (name === owner) return '{owner}';
  return name === app ? '{app}' : name;
}

/**
 * Every database that `fp databases create` made says itself which its two roles are: one owns schema
 * `migrator`, the other was the first to get USAGE on it. So the fingerprint needs no URL but the one at hand.
 */
export function rolesIn(schemas: readonly SchemaRow[]): CatalogueRoles {
  const migrator = schemas.find(({ name }) => name === 'migrator');
  if (migrator === undefined) return { owner: '', app: '' };
  const grantees = (migrator.acl ?? []).map((text) => aclItem(text).grantee);
  const app = grantees.find((grantee) => grantee !== migrator.owner && grantee !== 'public');
  return { owner: migrator.owner, app: app ?? '' };
}
