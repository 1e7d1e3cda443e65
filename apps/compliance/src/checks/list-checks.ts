import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { GetSubject } from '../subjects/get-subject.js';
import type { Check, CheckTransition } from './check.js';
import { CheckRepository } from './check.repository.js';

@Injectable()
export class ListChecks {
  constructor(
    private readonly transactions: Transactions,
    private readonly getSubject: GetSubject,
    private readonly checks: CheckRepository,
  ) {}

  /** @throws {SubjectNotFound}, so that an unknown subject is not mistaken for an unchecked one. */
  async execute(subjectId: string): Promise<{ check: Check; transitions: CheckTransition[] }[]> {
    await this.getSubject.execute(subjectId);
    return this.transactions.run((tx) => this.checks.listOf(tx, subjectId));
  }
}
