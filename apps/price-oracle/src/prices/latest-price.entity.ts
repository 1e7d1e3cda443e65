import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { FeedEntity } from '../feeds/feed.entity.js';
import { SourceEntity } from '../sources/source.entity.js';

@Entity('latest_prices')
@ForeignKey(() => FeedEntity, ['feedId'], ['feedId'], { name: 'latest_prices_feed_exists' })
@ForeignKey(() => SourceEntity, ['sourceId'], ['sourceId'], { name: 'latest_prices_source_exists' })
@Check('latest_prices_seq_positive', 'seq >= 1')
@Check('latest_prices_price_positive', `price > 0 AND price <> 'NaN'`)
export class LatestPriceEntity {
  @PrimaryColumn('uuid', { name: 'feed_id', primaryKeyConstraintName: 'latest_prices_pkey' })
  feedId!: string;

  @Column('bigint')
  seq!: string;

  @Column('numeric', { precision: 60, scale: 24 })
  price!: string;

  @Column('uuid', { name: 'source_id' })
  sourceId!: string;

  @Column('timestamptz', { name: 'observed_at' })
  observedAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
