import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who wants to be told of a type: `event_types` is a JSON array or a comma list, and without its brackets,
 * quotes and blanks each is a comma list. An expression, because a stored column would rewrite the table.
 */
export class IndexSubscriptionTypes1760002300000 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY webhook_subscriptions_types
        ON webhook_subscriptions
        USING gin (string_to_array(translate(event_types, '[]" ', ''), ','))
        WHERE enabled`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY webhook_subscriptions_types');
  }
}
