import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { SourceDisabled, SourceUnknown } from './source.js';
import { SourceRepository } from './source.repository.js';

@Injectable()
export class DemandSource {
  constructor(private readonly sources: SourceRepository) {}

  /** @throws {SourceUnknown} {SourceDisabled} */
  async execute(tx: Tx, sourceId: string): Promise<void> {
    const source = await this.sources.findById(tx, sourceId);
    if (source === null) throw new SourceUnknown(sourceId);
    if (!source.enabled) throw new SourceDisabled(sourceId);
  }
}
