import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events that wait for a person: few among many that were sent, and counted at each scrape. */
export class IndexParkedEvents1760000500000 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY outbox_parked ON outbox (subscriber, id) WHERE status = 'parked'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY outbox_parked');
  }
}
