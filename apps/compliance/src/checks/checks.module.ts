import { Module } from '@nestjs/common';
import { SubjectsModule } from '../subjects/subjects.module.js';
import { CheckRepository } from './check.repository.js';
import { ChecksController } from './checks.controller.js';
import { ListChecks } from './list-checks.js';
import { MoveCheck } from './move-check.js';
import { StartCheck } from './start-check.js';

@Module({
  imports: [SubjectsModule],
  controllers: [ChecksController],
  providers: [CheckRepository, ListChecks, MoveCheck, StartCheck],
})
export class ChecksModule {}
