import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity('feeds')
@Unique('feeds_pair_once', ['base', 'quote'])
@Index('feeds_page', ['createdAt', 'feedId'])
@Check('feeds_pair_differs', 'base <> quote')
@Check('feeds_max_age_positive', 'max_age_s > 0')
@Check('feeds_output_scale_range', 'output_scale BETWEEN 0 AND 24')
export class FeedEntity {
  @PrimaryColumn('uuid', { name: 'feed_id', primaryKeyConstraintName: 'feeds_pkey' })
  feedId!: string;

  @Column('varchar', { length: 32 })
  base!: string;

  @Column('varchar', { length: 32 })
  quote!: string;

  @Column('integer', { name: 'max_age_s' })
  maxAgeSeconds!: number;

  @Column('smallint', { name: 'output_scale', default: 18 })
  outputScale!: number;

  @Column('boolean', { default: true })
  enabled!: boolean;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
