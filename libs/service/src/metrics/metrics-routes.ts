import type { DatabaseReadiness, PoolGauge } from '@fusion-prime/database';
import type { FastifyInstance } from 'fastify';
import type * as Prometheus from 'prom-client';
import type { Metric, Registry } from 'prom-client';
import type { InFlight } from '../http/in-flight.js';
import type { RouteRules } from '../routes/route-rules.js';
import type { Lifecycle } from '../start/lifecycle.js';
import type { MetricOf, Sample } from './metric-of.js';
import type { RequestDurations } from './request-durations.js';

export interface Measured {
  service: string;
  durations: RequestDurations;
  inFlight: InFlight;
  lifecycle: Lifecycle;
  readiness: DatabaseReadiness;
  pool: PoolGauge;
  /** Of what not every service has; asked for at the first scrape. */
  further: () => readonly MetricOf[];
}

/**
 * `/metrics` in Prometheus' text format; gauges are read when they are scraped, never in between. prom-client
 * and what it brings, 84 files, are loaded by the first scrape: a service that starts has no time for them.
 */
export function installMetrics(fastify: FastifyInstance, measured: Measured): void {
  let registry: Promise<Registry> | undefined;
  const config: RouteRules = { access: 'public' };
  fastify.get('/metrics', { config }, async (_request, reply) => {
    registry ??= openRegistry(measured);
    const { contentType } = await registry;
    const text = await (await registry).metrics();
    return reply.header('content-type', contentType).header('cache-control', 'no-store').send(text);
  });
}

async function openRegistry(measured: Measured): Promise<Registry> {
  const { default: prometheus } = await import('prom-client');
  const registry = new prometheus.Registry();
  registry.setDefaultLabels({ service: measured.service });
  // Process, event loop lag and garbage collection.
  prometheus.collectDefaultMetrics({ register: registry });
  registry.registerMetric(measured.durations as unknown as Metric);
  for (const { name, help, read } of gaugesOf(measured)) {
    new prometheus.Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  }
  for (const metric of measured.further()) register(prometheus, registry, metric);
  return registry;
}

/** A counter that somebody else counts is a number read at each scrape, like a gauge. */
function register(
  { Gauge, Counter }: Pick<typeof Prometheus, 'Gauge' | 'Counter'>,
  registry: Registry,
  { kind, name, help, labelNames = [], read }: MetricOf,
): void {
  const options = { name, help, labelNames, registers: [registry] };
  const samples = async (): Promise<readonly Sample[]> => {
    try {
      return await read();
    } catch {
      return [];
    }
  };
  if (kind === 'gauge') {
    new Gauge({
      ...options,
      async collect() {
        const found = await samples();
        this.reset();
        for (const { labels = {}, value } of found) this.set(labels, value);
      },
    });
  } else {
    new Counter({
      ...options,
      async collect() {
        const found = await samples();
        this.reset();
        for (const { labels = {}, value } of found) this.inc(labels, value);
      },
    });
  }
}

interface GaugeOf {
  name: string;
  help: string;
  read: () => number | Promise<number>;
}

function gaugesOf(measured: Measured): GaugeOf[] {
  const { pool, inFlight, readiness, lifecycle } = measured;
  const gauge = (name: string, help: string, read: GaugeOf['read']): GaugeOf => ({
    name,
    help,
    read,
  });
  return [
    gauge('http_requests_in_flight', 'Requests being answered', () => inFlight.size),
    gauge('database_pool_in_use', 'Connections in use', () => pool.total - pool.idle),
    gauge('database_pool_idle', 'Connections open and idle', () => pool.idle),
    gauge('database_pool_waiting', 'Requests that wait for a connection', () => pool.waiting),
    gauge('database_pool_max', 'Connections at most', () => pool.max),
    gauge('service_ready', '1 when /health/ready answers 200', async () => {
      if (lifecycle.shuttingDown) return 0;
      return (await readiness.check()).ok ? 1 : 0;
    }),
    gauge('service_pending_migrations', 'Migrations of this build not applied', async () => {
      return (await readiness.check()).migrations.pending.length;
    }),
  ];
}
