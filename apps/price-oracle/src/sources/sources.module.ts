import { Module } from '@nestjs/common';
import { CreateSource } from './create-source.js';
import { DemandSource } from './demand-source.js';
import { GetSource } from './get-source.js';
import { SourceRepository } from './source.repository.js';
import { SourcesController } from './sources.controller.js';

@Module({
  controllers: [SourcesController],
  providers: [CreateSource, DemandSource, GetSource, SourceRepository],
  exports: [DemandSource],
})
export class SourcesModule {}
