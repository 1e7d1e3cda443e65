const PLAIN = /^[a-z_][a-z0-9_$]*$/;

/**
 * A name as people write it. Not PostgreSQL's `quote_ident`: that quotes keywords, and which words are
 * keywords differs from one major version to the next.
 */
export function shownName(name: string): string {
  return PLAIN.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** `public.users.email`. */
export function dotted(...names: readonly string[]): string {
  return names.map(shownName).join('.');
}
