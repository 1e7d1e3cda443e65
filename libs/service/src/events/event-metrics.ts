import type { EventGauges, OutboxGauge } from '@fusion-prime/messaging';
import type { MetricOf, Sample } from '../metrics/metric-of.js';
import type { EventWorks } from './event-works.js';

// One scrape reads several gauges, of one look at the tables.
const SAME_SCRAPE_MS = 500;

/** How far behind the events of this service are, and what became of them in this process. */
export function eventMetrics(works: EventWorks, gauges: EventGauges): MetricOf[] {
  const look = lookOnce(gauges);
  const waiting = (name: string, help: string, of: (gauge: OutboxGauge) => number): MetricOf => ({
    kind: 'gauge',
    name,
    help,
    labelNames: ['subscriber'],
    read: async () => samplesOf(works, await look(), of),
  });
  const counted = (name: string, help: string, of: keyof Counts): MetricOf => ({
    kind: 'counter',
    name,
    help,
    labelNames: ['subscriber'],
    read: () =>
      works.relays.map(({ subscriber, counts }) => ({ labels: { subscriber }, value: counts[of] })),
  });
  return [
    ...(works.hasOutbox
      ? [
          waiting('outbox_pending', 'Events not handed over yet', ({ pending }) => pending),
          waiting('outbox_parked', 'Events that wait for a person', ({ parked }) => parked),
          waiting(
            'outbox_lag_seconds',
            'Age of the oldest event not handed over',
            ({ lagSeconds }) => lagSeconds,
          ),
          counted('events_sent_total', 'Events handed over', 'sent'),
          counted('events_retried_total', 'Tries that failed', 'retried'),
          counted('events_parked_total', 'Events given up', 'parked'),
        ]
      : []),
    ...(works.inbox === undefined ? [] : inboxMetrics(works, gauges)),
  ];
}

type Counts = EventWorks['relays'][number]['counts'];

function inboxMetrics(works: EventWorks, gauges: EventGauges): MetricOf[] {
  return [
    {
      kind: 'gauge',
      name: 'inbox_parked',
      help: 'Events that came and wait for a person',
      read: async () => [{ value: await gauges.inboxParked() }],
    },
    {
      kind: 'counter',
      name: 'events_received_total',
      help: 'Events that came, by what became of them',
      labelNames: ['outcome'],
      read: () =>
        Object.entries(works.inbox?.counts ?? {}).map(([outcome, value]) => ({
          labels: { outcome },
          value,
        })),
    },
  ];
}

/** A subscriber for whom nothing waits has a zero: an absent series alarms nobody. */
function samplesOf(
  works: EventWorks,
  found: readonly OutboxGauge[],
  of: (gauge: OutboxGauge) => number,
): Sample[] {
  const values = new Map(works.relays.map(({ subscriber }) => [subscriber, 0]));
  for (const gauge of found) values.set(gauge.subscriber, of(gauge));
  return [...values].map(([subscriber, value]) => ({ labels: { subscriber }, value }));
}

function lookOnce(gauges: EventGauges): () => Promise<OutboxGauge[]> {
  let last: Promise<OutboxGauge[]> | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (last === undefined || now - lookedAt > SAME_SCRAPE_MS) {
      last = gauges.outbox();
      lookedAt = now;
    }
    return last;
  };
}
