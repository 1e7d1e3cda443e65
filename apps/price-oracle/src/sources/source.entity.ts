import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';

@Entity('sources')
@Unique('sources_name_once', ['name'])
@Check('sources_kind_known', `kind IN ('CHAINLINK', 'HTTP', 'PYTH', 'TWAP', 'MANUAL')`)
export class SourceEntity {
  @PrimaryColumn('uuid', { name: 'source_id', primaryKeyConstraintName: 'sources_pkey' })
  sourceId!: string;

  @Column('varchar', { length: 64 })
  name!: string;

  @Column('varchar', { length: 16 })
  kind!: string;

  @Column('varchar', { name: 'upstream_group', length: 64 })
  upstreamGroup!: string;

  @Column('boolean', { default: true })
  enabled!: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
