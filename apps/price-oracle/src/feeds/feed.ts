import { Refusal } from '@fusion-prime/kernel';

/** A pair that is priced: how much of `quote` one `base` costs. */
export interface Feed {
  feedId: string;
  base: string;
  quote: string;
  /** A price older than this, by the clock of its source, is stale. Seconds. */
  maxAgeSeconds: number;
  /** Digits after the point of a price that is given out. */
  outputScale: number;
  enabled: boolean;
  createdAt: Date;
}

export class FeedExists extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'feed-exists';

  constructor(pair: string) {
    super(`${pair} has a feed already`);
  }
}

export class FeedNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'feed-not-found';

  constructor(feed: string) {
    super(`no feed ${feed}`);
  }
}

export class FeedDisabled extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'feed-disabled';

  constructor(feedId: string) {
    super(`feed ${feedId} is disabled and takes no observations`);
  }
}

/** `ETH-USD`: how a feed is named in a URL. */
export function pairOf({ base, quote }: Pick<Feed, 'base' | 'quote'>): string {
  return `${base}-${quote}`;
}
