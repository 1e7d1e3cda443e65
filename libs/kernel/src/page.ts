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

/** A row that a search came upon: one that is wanted, or the last that it looked at, or both. */
export interface SearchedRow<Item> extends KeysetRow<Item> {
  wanted: boolean;
  last: boolean;
}

/**
 * How many rows of a list one request looks at for what no index knows, such as a status that hardly any row
 * has. Some 15 ms when each of them is in a page of its own, in memory; without it, however long the list is.
 */
export const SEARCHED_ROWS = 10_000;

/**
 * Cuts a page from what a search found in a stretch of a list. When the stretch has fewer than `limit`, the
 * page is shorter, even empty, and the next one begins behind the last row that was looked at. The repository
 * looks at {@link SEARCHED_ROWS}, or at `limit + 1` when there is nothing to search, and `last` is the last of
 * so many: none, where the list ends before.
 */
export function pageOfSearch<Item>(rows: readonly SearchedRow<Item>[], limit: number): Page<Item> {
  const found = rows.filter(({ wanted }) => wanted);
  const page = pageOf(found, limit);
  return { ...page, next: page.next ?? rows.find(({ last }) => last)?.position ?? null };
}
