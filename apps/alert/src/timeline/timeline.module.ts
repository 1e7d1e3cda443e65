import { Module } from '@nestjs/common';
import { AppendTimeline } from './append-timeline.js';
import { GetTimeline } from './get-timeline.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineRepository } from './timeline.repository.js';

@Module({
  controllers: [TimelineController],
  providers: [AppendTimeline, GetTimeline, TimelineRepository],
  exports: [AppendTimeline],
})
export class TimelineModule {}
