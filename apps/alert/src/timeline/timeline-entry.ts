/** One thing that happened to an alert; written once, never changed. */
export interface TimelineEntry {
  /** 1, 2, 3 … for each alert. */
  seq: number;
  kind: TimelineKind;
  actor: string;
  occurredAt: Date;
}

export const TIMELINE_KINDS = ['raised', 'resolved', 'acknowledged', 'unacknowledged'] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];
