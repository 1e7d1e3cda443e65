import { Module } from '@nestjs/common';
import { FollowCheck } from './follow-check.js';
import { GetSubject } from './get-subject.js';
import { ReadStandings } from './read-standings.js';
import { RegisterSubject } from './register-subject.js';
import { SubjectRepository } from './subject.repository.js';
import { SubjectsController } from './subjects.controller.js';

@Module({
  controllers: [SubjectsController],
  providers: [FollowCheck, GetSubject, ReadStandings, RegisterSubject, SubjectRepository],
  exports: [FollowCheck, GetSubject, ReadStandings],
})
export class SubjectsModule {}
