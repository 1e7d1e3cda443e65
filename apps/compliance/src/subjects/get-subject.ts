import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock } from '@fusion-prime/kernel';
import { kycStateAt, type Subject } from './subject.js';
import { SubjectRepository } from './subject.repository.js';

@Injectable()
export class GetSubject {
  constructor(
    private readonly transactions: Transactions,
    private readonly subjects: SubjectRepository,
    private readonly clock: Clock,
  ) {}

  /** With the state that holds now. @throws {SubjectNotFound} */
  async execute(subjectId: string): Promise<Subject> {
    const subject = await this.transactions.run((tx) => this.subjects.getById(tx, subjectId));
    return { ...subject, kycState: kycStateAt(subject, this.clock.now()) };
  }
}
