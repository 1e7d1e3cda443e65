import { z } from 'zod';
import { count, exitCode, instant, name } from './parts.js';

const box = z.enum(['outbox', 'inbox']);
const status = z.enum(['pending', 'parked', 'retry']);
const problem = z
  .strictObject({ code: z.string().regex(/^[A-Z][A-Z_0-9]*$/), exitCode, message: z.string() })
  .nullable();

export const eventsListReport = z.strictObject({
  command: z.literal('events list'),
  exitCode,
  services: z.array(
    z.strictObject({
      name,
      problem,
      counts: z.array(z.strictObject({ box, status, count })),
      events: z.array(
        z.strictObject({
          box,
          eventId: z.string(),
          type: z.string(),
          peer: z.string().describe('of the outbox its subscriber, of the inbox its source'),
          aggregateId: z.string().nullable(),
          status,
          attempts: count.nullable(),
          since: instant,
          lastError: z.string().nullable(),
        }),
      ),
    }),
  ),
});

const changeReport = <Command extends string>(command: Command) =>
  z.strictObject({
    command: z.literal(command),
    exitCode,
    services: z.array(
      z.strictObject({
        name,
        changed: z.array(z.strictObject({ box, eventId: z.string(), peer: z.string() })),
        problem,
      }),
    ),
  });

export const eventsRetryReport = changeReport('events retry');
export const eventsDiscardReport = changeReport('events discard');
