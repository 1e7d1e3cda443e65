import { aclItem, type AclItem, EVERYBODY } from './acl-item.js';
import type { Json } from './canonical.js';
import { type CatalogueRoles, roleName } from './service-roles.js';

/** What one role may do with one object. */
export interface Grant {
  grantee: string;
  privileges: string[];
  /** Those that it may hand on. */
  grantable: string[];
}

export type GrantedKind = 'table' | 'column' | 'sequence' | 'routine' | 'schema' | 'type';

const PRIVILEGES: Record<string, string> = {
  r: 'SELECT',
  a: 'INSERT',
  w: 'UPDATE',
  d: 'DELETE',
  D: 'TRUNCATE',
  x: 'REFERENCES',
  t: 'TRIGGER',
  m: 'MAINTAIN',
  X: 'EXECUTE',
  U: 'USAGE',
  C: 'CREATE',
};

// What an owner has of an object that nobody granted anything on. MAINTAIN came with 17 and is left out of
// it, so that the same schema reads alike on either side.
const OWNERS: Record<GrantedKind, string> = {
  table: 'arwdDxt',
  column: '',
  sequence: 'rwU',
  routine: 'X',
  schema: 'UC',
  type: 'U',
};
const EVERYBODYS: Partial<Record<GrantedKind, string>> = { routine: 'X', type: 'U' };

/**
 * The grants on an object. What its owner has by being the owner is not told, but is when some of it was
 * taken away; what PostgreSQL grants to everybody on a new object is told, for the same reason.
 */
export function grantsOf(
  kind: GrantedKind,
  { acl, owner }: { acl: readonly string[] | null; owner: string },
  roles: CatalogueRoles,
): Grant[] {
  const items =
    acl === null
      ? [{ grantee: EVERYBODY, letters: EVERYBODYS[kind] ?? '' }]
      : [...acl.map(aclItem), ...ownerless(acl, owner)];
  return items
    .filter(({ grantee, letters }) => !isOwnersDefault(kind, { grantee, letters, owner }))
    .filter(({ grantee, letters }) => letters !== '' || (grantee === owner && kind !== 'column'))
    .map(({ grantee, letters }) => ({ grantee: roleName(grantee, roles), ...privileges(letters) }));
}

/** An owner that has lost every right does not stand in the list at all. */
function ownerless(acl: readonly string[], owner: string): AclItem[] {
  return acl.some((text) => aclItem(text).grantee === owner)
    ? []
    : [{ grantee: owner, letters: '' }];
}

function isOwnersDefault(
  kind: GrantedKind,
  { grantee, letters, owner }: AclItem & { owner: string },
): boolean {
  return grantee === owner && [...OWNERS[kind]].every((letter) => letters.includes(letter));
}

function privileges(letters: string): Omit<Grant, 'grantee'> {
  const names = (found: readonly string[]): string[] =>
    found.map((letter) => PRIVILEGES[letter] ?? letter).sort();
  return {
    privileges: names([...letters].filter((letter) => letter !== '*')),
    grantable: names([...letters.matchAll(/(.)\*/g)].map(([, letter]) => letter ?? '')),
  };
}

/** As the value of an entry. */
export function grantValue({ privileges, grantable }: Grant): Record<string, Json> {
  return { privileges, ...(grantable.length > 0 && { grantable }) };
}
