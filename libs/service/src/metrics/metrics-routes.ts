import type { DatabaseReadiness, PoolGauge } from '@fusion-prime/database';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Metric } from 'prom-client';
import type { InFlight } from '../http/in-flight.js';
import type { RouteRules } from '../routes/route-rules.js';
import type { Lifecycle } from '../start/lifecycle.js';
import type { RequestDurations } from './request-durations.js';

export interface Measured {
  service: string;
  durations: RequestDurations;
  inFlight: InFlight;
  lifecycle: Lifecycle;
  readiness: DatabaseReadiness;
  pool: PoolGauge;
}

/** `/metrics` in Prometheus' text format; gauges are read when they are scraped, never in between. */
export function installMetrics(fastify: FastifyInstance, measured: Measured): void {
  const registry = new Registry();
  registry.setDefaultLabels({ service: measured.service });
  // Process, event loop lag and garbage collection.
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(measured.durations as unknown as Metric);
  registerGauges(registry, measured);
  const config: RouteRules = { access: 'public' };
  fastify.get('/metrics', { config }, async (_request, reply) => {
    const text = await registry.metrics();
    return reply
      .header('content-type', registry.contentType)
      .header('cache-control', 'no-store')
      .send(text);
  });
}

function registerGauges(registry: Registry, measured: Measured): void {
  const { pool, inFlight, readiness, lifecycle } = measured;
  gauge(registry, 'http_requests_in_flight', 'Requests being answered', () => inFlight.size);
  gauge(registry, 'database_pool_in_use', 'Connections in use', () => pool.total - pool.idle);
  gauge(registry, 'database_pool_idle', 'Connections open and idle', () => pool.idle);
  gauge(
    registry,
    'database_pool_waiting',
    'Requests that wait for a connection',
    () => pool.waiting,
  );
  gauge(registry, 'database_pool_max', 'Connections at most', () => pool.max);
  gauge(registry, 'service_ready', '1 when /health/ready answers 200', async () => {
    if (lifecycle.shuttingDown) return 0;
    return (await readiness.check()).ok ? 1 : 0;
  });
  gauge(
    registry,
    'service_pending_migrations',
    'Migrations of this build not applied',
    async () => {
      return (await readiness.check()).migrations.pending.length;
    },
  );
}

function gauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => number | Promise<number>,
): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read());
    },
  });
}
