import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the persistence proof after a deployment writes, finds again and removes. */
export class CreateServiceCanary1760000100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE service_canary (
        canary_id  varchar(64)   NOT NULL,
        value      varchar(1024) NOT NULL,
        updated_at timestamptz   NOT NULL DEFAULT now(),
        CONSTRAINT service_canary_pkey PRIMARY KEY (canary_id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE service_canary');
  }
}
