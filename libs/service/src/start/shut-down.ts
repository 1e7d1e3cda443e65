import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceConfig } from '../configuration/service-config.js';
import type { Logger } from '../logging/logger.js';
import type { BuiltService } from './create-service.js';

// Enough for a balancer that probes every second to see "not ready" once.
const MAX_DRAIN_MS = 1_500;
// What is left of the grace period for the pools and the last log lines.
const EXIT_MARGIN_MS = 300;
const REAP_INTERVAL_MS = 50;

/** How long to serve while saying "not ready": what the grace period leaves over after one full request. */
export function drainMsOf(config: ServiceConfig): number {
  const spareMs = config.shutdownGraceMs - config.requestTimeoutMs - EXIT_MARGIN_MS;
  return Math.max(0, Math.min(MAX_DRAIN_MS, spareMs));
}

/**
 * Ends the service without failing a request:
 *
 *   ready says 503 ─► drain delay, still serving, `Connection: close` ─► no new connections
 *   ─► requests in flight finish ─► pools close          all within SHUTDOWN_GRACE_MS
 *
 * @returns false when requests had to be cut off at the end of the grace period.
 */
export async function shutDown(
  { app, lifecycle, inFlight }: BuiltService,
  config: ServiceConfig,
  logger: Logger,
): Promise<boolean> {
  const startedAt = performance.now();
  const remainingMs = (): number =>
    Math.max(0, config.shutdownGraceMs - EXIT_MARGIN_MS - (performance.now() - startedAt));
  lifecycle.beginDrain();
  const drainMs = drainMsOf(config);
  logger.info({ event: 'service.draining', drainMs, inFlight: inFlight.size }, 'service draining');
  await sleep(drainMs);

  const server = app.getHttpServer();
  const fastify = app.getHttpAdapter().getInstance();
  // A connection whose last answer began before the drain is kept alive by its client: hang up once idle.
  const reaper = setInterval(() => {
    server.closeIdleConnections();
  }, REAP_INTERVAL_MS);
  const served = await withinMs(remainingMs(), fastify.close());
  clearInterval(reaper);
  if (!served) {
    logger.warn(
      { event: 'service.cut-off', inFlight: inFlight.size },
      'requests cut off: grace period over',
    );
    server.closeAllConnections();
  }
  const closed = await withinMs(remainingMs() + EXIT_MARGIN_MS / 2, app.close());
  logger.info(
    { event: 'service.stopped', durationMs: Math.round(performance.now() - startedAt) },
    'service stopped',
  );
  return served && closed;
}

async function withinMs(limitMs: number, work: PromiseLike<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(limitMs, false, { signal: timer.signal }).catch(() => false);
  const done = Promise.resolve(work).then(() => true);
  return Promise.race([done, late]).finally(() => {
    timer.abort();
  });
}
