import { Module } from '@nestjs/common';
import { ComplianceClient } from './compliance-client.js';

@Module({ providers: [ComplianceClient], exports: [ComplianceClient] })
export class ComplianceModule {}
