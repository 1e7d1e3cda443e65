import { Module } from '@nestjs/common';
import { migrationsLock } from '@fusion-prime/compliance-migrations';
import type { ServiceParts } from '@fusion-prime/service';
import { CheckTransitionEntity } from './checks/check-transition.entity.js';
import { CheckEntity } from './checks/check.entity.js';
import { ChecksModule } from './checks/checks.module.js';
import { SubjectEntity } from './subjects/subject.entity.js';
import { SubjectsModule } from './subjects/subjects.module.js';

/** The composition root: the only file that lists features. */
@Module({ imports: [SubjectsModule, ChecksModule] })
export class ComplianceModule {}

export const complianceParts: ServiceParts = {
  module: ComplianceModule,
  entities: [SubjectEntity, CheckEntity, CheckTransitionEntity],
  migrationsLock,
};
