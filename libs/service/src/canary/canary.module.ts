import { Module } from '@nestjs/common';
import { CanariesController } from './canaries.controller.js';
import { CanaryRepository } from './canary.repository.js';
import { DeleteCanary } from './delete-canary.js';
import { GetCanary } from './get-canary.js';
import { PutCanary } from './put-canary.js';

@Module({
  controllers: [CanariesController],
  providers: [CanaryRepository, PutCanary, GetCanary, DeleteCanary],
})
export class CanaryModule {}
