/**
 * Where a page of a keyset list ends: the sort key and the id of its last row. Text, because PostgreSQL
 * keeps microseconds and a JavaScript Date does not.
 */
export type KeysetPosition = readonly [sortKey: string, id: string];

/** A row of a keyset list, and where the list goes on after it. */
export interface KeysetRow<Item> {
  item: Item;
  position: KeysetPosition;
}

/** One page of a keyset list. */
export interface Page<Item> {
  items: Item[];
  /** Where the next page begins; null when this is the last. */
  next: KeysetPosition | null;
}

/**
 * Cuts a page from what a repository's `list` found. The repository reads `limit + 1` rows: the extra
 * one tells that a next page exists, without a count.
 */
export function pageOf<Item>(found: readonly KeysetRow<Item>[], limit: number): Page<Item> {
  const page = found.slice(0, limit);
  const next = found.length > limit ? (page.at(-1)?.position ?? null) : null;
  return { items: page.map(({ item }) => item), next };
}
