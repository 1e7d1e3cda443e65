import { Controller, Get, HttpException, Req, Res } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type {
  HealthCheckResult,
  HealthIndicatorFunction,
  HealthIndicatorResult,
} from '@nestjs/terminus';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalIfAny } from '../auth/authenticate.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import { Produces, Public, Summary } from '../routes/route-rules.js';
import { Lifecycle } from '../start/lifecycle.js';
import { OwnChecks } from './own-checks.js';

const UP = { status: 200, description: 'Yes' };
const DOWN = { status: 503, description: 'No; `error` says of what, and why' };

/**
 * The four probes. All answer in terminus' shape, with 503 when anything is down:
 *
 *   live     the process and its event loop; touches nothing
 *   startup  could it ever serve? latches once true
 *   ready    can it serve now?
 *   /health  the same for people: codes only, unless they show a token
 */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly checks: OwnChecks,
    private readonly lifecycle: Lifecycle,
    private readonly verifier: TokenVerifier,
  ) {}

  @Get('live')
  @Public()
  @Summary('The process answers')
  @Produces(UP, DOWN)
  live(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.answer(reply, [() => this.indicators.check('process').up()]);
  }

  @Get('startup')
  @Public()
  @Summary('The service could start')
  @Produces(UP, DOWN)
  startup(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.answer(reply, this.checks.startup());
  }

  @Get('ready')
  @Public()
  @Summary('The service can serve now')
  @Produces(UP, DOWN)
  ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return this.answer(reply, this.readyChecks());
  }

  @Get()
  @Public()
  @Summary('Everything, per dependency; details only with a token')
  @Produces(UP, DOWN)
  async everything(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const principal = await principalIfAny(this.verifier, request);
    const result = await this.answer(reply, [() => this.service(), ...this.readyChecks()]);
    return principal === undefined ? codesOnly(result) : result;
  }

  private readyChecks(): HealthIndicatorFunction[] {
    // No question to the database while shutting down: its pool may be closing.
    if (this.lifecycle.shuttingDown) return [() => this.shuttingDown()];
    return this.checks.ready();
  }

  private service(): HealthIndicatorResult {
    const { service, buildSha, instance, startedAt } = this.lifecycle.process;
    return this.indicators.check('service').up({
      name: service,
      build_sha: buildSha,
      instance,
      started_at: startedAt.toISOString(),
    });
  }

  private shuttingDown(): HealthIndicatorResult {
    const reasons = [{ code: 'SHUTTING_DOWN', detail: 'the process was asked to end' }];
    return this.indicators.check('shutdown').down({ reasons });
  }

  private async answer(
    reply: FastifyReply,
    checks: HealthIndicatorFunction[],
  ): Promise<HealthCheckResult> {
    reply.header('cache-control', 'no-store');
    try {
      return await this.health.check(checks);
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      reply.code(error.getStatus());
      return error.getResponse() as HealthCheckResult;
    }
  }
}

/** What a stranger may know: what is up, and why not; no names of tables, roles or hosts. */
function codesOnly({ status, details }: HealthCheckResult): object {
  const entries = Object.entries(details).map(([name, detail]) => {
    const reasons = (detail['reasons'] ?? []) as { code: string }[];
    return [
      name,
      { status: detail.status, reasons: reasons.map(({ code }) => ({ code })) },
    ] as const;
  });
  const shown = Object.fromEntries(entries);
  const where = (up: boolean): object =>
    Object.fromEntries(entries.filter(([, detail]) => (detail.status !== 'down') === up));
  return { status, info: where(true), error: where(false), details: shown };
}
