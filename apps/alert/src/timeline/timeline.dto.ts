import { z } from 'zod';
import { TIMELINE_KINDS, type TimelineEntry } from './timeline-entry.js';

export const timelineBody = z
  .strictObject({
    data: z.array(
      z.strictObject({
        seq: z.int(),
        kind: z.enum(TIMELINE_KINDS),
        actor: z.string(),
        occurred_at: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'AlertTimeline' });

export function toBody(entries: readonly TimelineEntry[]): z.infer<typeof timelineBody> {
  return {
    data: entries.map(({ seq, kind, actor, occurredAt }) => ({
      seq,
      kind,
      actor,
      occurred_at: occurredAt.toISOString(),
    })),
  };
}
