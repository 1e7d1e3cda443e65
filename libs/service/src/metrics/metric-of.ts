export interface Sample {
  labels?: Record<string, string>;
  value: number;
}

/** A metric that is read when somebody scrapes it. */
export interface MetricOf {
  kind: 'gauge' | 'counter';
  name: string;
  help: string;
  labelNames?: readonly string[];
  /** May fail: then the scrape has no sample of it, and all the others. */
  read: () => readonly Sample[] | Promise<readonly Sample[]>;
}
