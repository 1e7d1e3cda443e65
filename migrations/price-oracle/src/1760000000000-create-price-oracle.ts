import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is priced, by whom, every price that was seen, and the latest one. */
export class CreatePriceOracle1760000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE feeds (
        feed_id      uuid        NOT NULL,
        base         varchar(32) NOT NULL,
        quote        varchar(32) NOT NULL,
        max_age_s    integer     NOT NULL,
        output_scale smallint    NOT NULL DEFAULT 18,
        enabled      boolean     NOT NULL DEFAULT true,
        version      integer     NOT NULL DEFAULT 1,
        created_at   timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT feeds_pkey PRIMARY KEY (feed_id),
        CONSTRAINT feeds_pair_once UNIQUE (base, quote),
        CONSTRAINT feeds_pair_differs CHECK (base <> quote),
        CONSTRAINT feeds_max_age_positive CHECK (max_age_s > 0),
        CONSTRAINT feeds_output_scale_range CHECK (output_scale BETWEEN 0 AND 24)
      )`);
    await queryRunner.query('CREATE INDEX feeds_page ON feeds (created_at, feed_id)');
    await queryRunner.query(`
      CREATE TABLE sources (
        source_id      uuid         NOT NULL,
        name           varchar(64)  NOT NULL,
        kind           varchar(16)  NOT NULL,
        upstream_group varchar(64)  NOT NULL,
        enabled        boolean      NOT NULL DEFAULT true,
        created_at     timestamptz  NOT NULL DEFAULT now(),
        CONSTRAINT sources_pkey PRIMARY KEY (source_id),
        CONSTRAINT sources_name_once UNIQUE (name),
        CONSTRAINT sources_kind_known CHECK (kind IN ('CHAINLINK', 'HTTP', 'PYTH', 'TWAP', 'MANUAL'))
      )`);
    await queryRunner.query(`
      CREATE TABLE observations (
        feed_id     uuid          NOT NULL,
        source_id   uuid          NOT NULL,
        observed_at timestamptz   NOT NULL,
        price       numeric(60,24) NOT NULL,
        observed_by varchar(128)  NOT NULL,
        fetched_at  timestamptz   NOT NULL DEFAULT now(),
        CONSTRAINT observations_pkey PRIMARY KEY (feed_id, source_id, observed_at),
        CONSTRAINT observations_feed_exists FOREIGN KEY (feed_id) REFERENCES feeds (feed_id),
        CONSTRAINT observations_source_exists FOREIGN KEY (source_id) REFERENCES sources (source_id),
        CONSTRAINT observations_price_positive CHECK (price > 0 AND price <> 'NaN')
      )`);
    await queryRunner.query(`
      CREATE TABLE latest_prices (
        feed_id     uuid           NOT NULL,
        seq         bigint         NOT NULL,
        price       numeric(60,24) NOT NULL,
        source_id   uuid           NOT NULL,
        observed_at timestamptz    NOT NULL,
        updated_at  timestamptz    NOT NULL DEFAULT now(),
        CONSTRAINT latest_prices_pkey PRIMARY KEY (feed_id),
        CONSTRAINT latest_prices_feed_exists FOREIGN KEY (feed_id) REFERENCES feeds (feed_id),
        CONSTRAINT latest_prices_source_exists FOREIGN KEY (source_id) REFERENCES sources (source_id),
        CONSTRAINT latest_prices_seq_positive CHECK (seq >= 1),
        CONSTRAINT latest_prices_price_positive CHECK (price > 0 AND price <> 'NaN')
      ) WITH (fillfactor = 70)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE latest_prices');
    await queryRunner.query('DROP TABLE observations');
    await queryRunner.query('DROP TABLE sources');
    await queryRunner.query('DROP TABLE feeds');
  }
}
