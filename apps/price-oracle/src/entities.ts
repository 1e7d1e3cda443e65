import { FeedEntity } from './feeds/feed.entity.js';
import { SourceEntity } from './sources/source.entity.js';
import { ObservationEntity } from './observations/observation.entity.js';
import { LatestPriceEntity } from './prices/latest-price.entity.js';

/** Every table that the service maps: readiness demands them, `fp migrate generate` compares them. */
export const entities = [FeedEntity, SourceEntity, ObservationEntity, LatestPriceEntity];
