import type { SearchedRow } from '@fusion-prime/kernel';

/** What a search's SQL says of each row besides its columns. */
export interface ListedRow {
  /** When it was created, as PostgreSQL writes it: to the microsecond. */
  position: string;
  wanted: boolean;
  last: boolean;
}

/** A row that a search came upon, with its place in the list: the instant, then the id. */
export function toSearchedRow<Item>(
  { position, wanted, last }: ListedRow,
  id: string,
  item: Item,
): SearchedRow<Item> {
  return { item, position: [position, id], wanted, last };
}
