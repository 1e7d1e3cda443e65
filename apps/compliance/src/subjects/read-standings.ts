import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import { kycStateAt, type KycState } from './subject.js';
import { SubjectRepository } from './subject.repository.js';

/** What holds of many subjects at once, by the references that clients gave them. */
@Injectable()
export class ReadStandings {
  constructor(private readonly subjects: SubjectRepository) {}

  /** Whoever is not registered is not in the answer. */
  async execute(
    tx: Tx,
    externalRefs: readonly string[],
    now: Date,
  ): Promise<ReadonlyMap<string, KycState>> {
    const found = await this.subjects.standingOf(tx, [...new Set(externalRefs)]);
    return new Map(found.map((subject) => [subject.externalRef, kycStateAt(subject, now)]));
  }
}
