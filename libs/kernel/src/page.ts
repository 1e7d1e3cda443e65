/** One page of a keyset list. */
export interface Page<Item, Position> {
  items: Item[];
  /** Where the next page begins; null when this is the last. */
  next: Position | null;
}

/**
 * Cuts a page from what a repository's `list` found. The repository reads `limit + 1` rows: the extra
 * one tells that a next page exists, without a count.
 */
export function pageOf<Item, Position>(
  found: readonly { item: Item; position: Position }[],
  limit: number,
): Page<Item, Position> {
  const page = found.slice(0, limit);
  const next = found.length > limit ? (page.at(-1)?.position ?? null) : null;
  return { items: page.map(({ item }) => item), next };
}
