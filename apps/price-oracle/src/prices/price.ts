/** The newest price of a feed, by the clock of its source. */
export interface LatestPrice {
  feedId: string;
  /** 1, 2, 3 … for each feed; a reader that saw 7 knows that 6 is old. */
  seq: string;
  /** Decimal string: NUMERIC(60,24) in the database, never a JavaScript number. */
  price: string;
  sourceId: string;
  observedAt: Date;
}

export type PriceStatus = 'FRESH' | 'STALE';

/** Whole seconds between the source's own time and now; what lies in the future is 0. */
export function ageSeconds(observedAt: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - observedAt.getTime()) / 1000));
}

/** Measured from the source's clock, never from when we fetched it. */
export function statusOf(price: LatestPrice, maxAgeSeconds: number, now: Date): PriceStatus {
  return ageSeconds(price.observedAt, now) <= maxAgeSeconds ? 'FRESH' : 'STALE';
}

/** A price in its one canonical form: PostgreSQL writes every digit of the scale, answers no trailing zeros. */
export function canonicalPrice(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
