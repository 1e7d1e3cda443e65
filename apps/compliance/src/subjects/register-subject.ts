import { Injectable } from '@nestjs/common';
import { Transactions } from '@fusion-prime/database';
import { Clock, uuidv7 } from '@fusion-prime/kernel';
import { register, SubjectExists, type Subject, type SubjectProfile } from './subject.js';
import { SubjectRepository } from './subject.repository.js';

@Injectable()
export class RegisterSubject {
  constructor(
    private readonly transactions: Transactions,
    private readonly subjects: SubjectRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws {SubjectExists} */
  async execute(profile: SubjectProfile): Promise<Subject> {
    const subject = register(profile, { subjectId: uuidv7(), registeredAt: this.clock.now() });
    const inserted = await this.transactions.run((tx) => this.subjects.insert(tx, subject));
    if (!inserted) throw new SubjectExists(profile.externalRef);
    return subject;
  }
}
