import { Module } from '@nestjs/common';
import { ComplianceClient } from './compliance-client.js';
import { DemandApproval } from './demand-approval.js';

@Module({
  providers: [ComplianceClient, DemandApproval],
  exports: [ComplianceClient, DemandApproval],
})
export class ComplianceModule {}
