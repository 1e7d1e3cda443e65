import { Injectable } from '@nestjs/common';
import type { Tx } from '@fusion-prime/database';
import type { KycState } from './subject.js';
import { SubjectRepository } from './subject.repository.js';

/** Lets a subject's KYC state follow its check, inside the transaction that moves the check. */
@Injectable()
export class FollowCheck {
  constructor(private readonly subjects: SubjectRepository) {}

  /** @throws {SubjectNotFound} */
  async execute(
    tx: Tx,
    subjectId: string,
    { kycState, validUntil }: { kycState: KycState; validUntil: Date | null },
  ): Promise<void> {
    const subject = await this.subjects.lockById(tx, subjectId);
    await this.subjects.saveKycState(tx, { ...subject, kycState, validUntil });
  }
}
