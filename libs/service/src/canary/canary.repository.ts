import type { Tx } from '@fusion-prime/database';
import { Injectable } from '@nestjs/common';
import { CanaryNotFound } from './canary.js';
import type { Canary } from './canary.js';
import { CanaryEntity } from './canary.entity.js';

@Injectable()
export class CanaryRepository {
  async save(tx: Tx, canary: Canary): Promise<void> {
    await tx
      .createQueryBuilder()
      .insert()
      .into(CanaryEntity)
      .values(canary)
      .orUpdate(['value', 'updated_at'], ['canary_id'])
      .execute();
  }

  /** @throws {CanaryNotFound} */
  async getById(tx: Tx, canaryId: string): Promise<Canary> {
    const found = await tx.findOneBy(CanaryEntity, { canaryId });
    if (found === null) throw new CanaryNotFound(canaryId);
    return found;
  }

  /** @throws {CanaryNotFound} */
  async delete(tx: Tx, canaryId: string): Promise<void> {
    const { affected } = await tx.delete(CanaryEntity, { canaryId });
    if (affected !== 1) throw new CanaryNotFound(canaryId);
  }
}
