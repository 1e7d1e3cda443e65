import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The answer to a POST that carried a key: written in the transaction of what the POST did. */
@Entity('idempotency_keys')
@Index('idempotency_keys_expiry', ['expiresAt'])
@Check('idempotency_keys_key_present', `idem_key <> ''`)
@Check('idempotency_keys_fingerprint_sha256', 'octet_length(fingerprint) = 32')
@Check('idempotency_keys_answer_final', 'response_status BETWEEN 200 AND 499')
@Check('idempotency_keys_expiry_later', 'expires_at > created_at')
export class IdempotencyKeyEntity {
  @PrimaryColumn('varchar', { length: 128, primaryKeyConstraintName: 'idempotency_keys_pkey' })
  principal!: string;

  @PrimaryColumn('varchar', {
    name: 'idem_key',
    length: 255,
    primaryKeyConstraintName: 'idempotency_keys_pkey',
  })
  idemKey!: string;

  @Column('varchar', { length: 8 })
  method!: string;

  @Column('text')
  path!: string;

  @Column('bytea')
  fingerprint!: Buffer;

  @Column('smallint', { name: 'response_status' })
  responseStatus!: number;

  @Column('jsonb', { name: 'response_headers' })
  responseHeaders!: Record<string, string>;

  @Column('bytea', { name: 'response_body', nullable: true })
  responseBody!: Buffer | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
