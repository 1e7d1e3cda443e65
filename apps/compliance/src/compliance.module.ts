import { Module } from '@nestjs/common';
import { migrationsLock } from '@fusion-prime/compliance-migrations';
import type { ServiceParts } from '@fusion-prime/service';
import { ChecksModule } from './checks/checks.module.js';
import { entities } from './entities.js';
import { SubjectsModule } from './subjects/subjects.module.js';
import { TransfersModule } from './transfers/transfers.module.js';

/** The composition root: the only file that lists features. */
@Module({ imports: [SubjectsModule, ChecksModule, TransfersModule] })
export class ComplianceModule {}

export const complianceParts: ServiceParts = {
  module: ComplianceModule,
  entities,
  migrationsLock,
};
