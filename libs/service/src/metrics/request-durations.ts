import type { MetricValue } from 'prom-client';

// Seconds. 1 ms to 10 s: an insert is at the lower end, the request deadline at the upper.
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Series {
  method: string;
  route: string;
  status: number;
  /** Requests per bucket, not yet cumulated; the last one is +Inf. */
  counts: Float64Array;
  sumS: number;
  total: number;
}

/** Counts the requests of one route. */
export type Recorder = (status: number, durationMs: number) => void;

/**
 * Rate, errors and duration of every route: one Prometheus histogram `http_request_duration_seconds`.
 *
 * Not prom-client's own Histogram: that one sorts, joins and hashes its labels at every observation,
 * which costs as much as routing the request. Here a route holds its own counters, and the labels are
 * spelled out when somebody scrapes.
 */
export class RequestDurations {
  readonly name = 'http_request_duration_seconds';
  readonly help = 'Duration of HTTP requests by method, route pattern and status';
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  private readonly all: Series[] = [];

  recorder(method: string, route: string): Recorder {
    const byStatus = new Map<number, Series>();
    return (status, durationMs) => {
      const series = byStatus.get(status) ?? this.open(byStatus, { method, route, status });
      const seconds = durationMs / 1_000;
      let bucket = 0;
      while (bucket < BUCKETS_S.length && seconds > (BUCKETS_S[bucket] ?? Infinity)) bucket += 1;
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.sumS += seconds;
      series.total += 1;
    };
  }

  /** What prom-client's registry asks of a metric. */
  get(): Promise<object> {
    const values = this.all.flatMap((series) => this.expose(series));
    return Promise.resolve({ ...this.describe(), values });
  }

  reset(): void {
    for (const series of this.all) {
      series.counts.fill(0);
      series.sumS = 0;
      series.total = 0;
    }
  }

  private describe(): object {
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator };
  }

  private open(
    byStatus: Map<number, Series>,
    labels: Pick<Series, 'method' | 'route' | 'status'>,
  ): Series {
    const series = { ...labels, counts: new Float64Array(BUCKETS_S.length + 1), sumS: 0, total: 0 };
    byStatus.set(labels.status, series);
    this.all.push(series);
    return series;
  }

  private expose({
    method,
    route,
    status,
    counts,
    sumS,
    total,
  }: Series): (MetricValue<string> & { metricName: string })[] {
    const labels = { method, route, status };
    let below = 0;
    const buckets = [...BUCKETS_S, '+Inf'].map((le, index) => {
      below += counts[index] ?? 0;
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sumS },
      { metricName: `${this.name}_count`, labels, value: total },
    ];
  }
}
