export interface AclItem {
  grantee: string;
  /** One for each privilege; `*` after one that may be handed on. */
  letters: string;
}

export const EVERYBODY = 'public';

/** Reads PostgreSQL's `app=arw* / owner`, where either name may be quoted; nobody's name is everybody. */
export function aclItem(text: string): AclItem {
  const [, quoted, plain = '', letters = ''] =
    /^(?:"((?:[^"]|"")*)"|([^=]*))=([a-zA-Z*]*)\//.exec(text) ?? [];
  const grantee = quoted === undefined ? plain : quoted.replaceAll('""', '"');
  return { grantee: grantee === '' ? EVERYBODY : grantee, letters };
}
