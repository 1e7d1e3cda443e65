import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { FeedEntity } from '../feeds/feed.entity.js';
import { SourceEntity } from '../sources/source.entity.js';

const KEY = { primaryKeyConstraintName: 'observations_pkey' };

@Entity('observations')
@ForeignKey(() => FeedEntity, ['feedId'], ['feedId'], { name: 'observations_feed_exists' })
@ForeignKey(() => SourceEntity, ['sourceId'], ['sourceId'], { name: 'observations_source_exists' })
@Check('observations_price_positive', `price > 0 AND price <> 'NaN'`)
export class ObservationEntity {
  @PrimaryColumn('uuid', { name: 'feed_id', ...KEY })
  feedId!: string;

  @PrimaryColumn('uuid', { name: 'source_id', ...KEY })
  sourceId!: string;

  @PrimaryColumn('timestamptz', { name: 'observed_at', ...KEY })
  observedAt!: Date;

  @Column('numeric', { precision: 60, scale: 24 })
  price!: string;

  @Column('varchar', { name: 'observed_by', length: 128 })
  observedBy!: string;

  @Column('timestamptz', { name: 'fetched_at', default: () => 'now()' })
  fetchedAt!: Date;
}
