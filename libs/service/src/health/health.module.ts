import { Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { OwnChecks } from './own-checks.js';

/** Global: every feature may add a check of its own. */
@Global()
@Module({
  // Without terminus' logger: it would write a line for each failed probe, of which there is one a second.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [OwnChecks],
  exports: [OwnChecks],
})
export class HealthModule {}
