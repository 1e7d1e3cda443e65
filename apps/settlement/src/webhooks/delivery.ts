import { Refusal } from '@fusion-prime/kernel';
import { retryDelayMs } from './retry-schedule.js';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'skipped'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/**
 * One message for one subscription.
 *
 *   pending ─► delivered          a 2xx
 *      │ ▲
 *      │ └─────── resend, recover begin the schedule anew
 *      ├─► failed                 the schedule is at its end, or the endpoint is gone
 *      └─► skipped                its subscription was disabled when it fell due
 */
export interface Delivery {
  deliveryId: string;
  subscriptionId: string;
  eventId: string;
  eventType: string;
  status: DeliveryStatus;
  attempts: number;
  nextAttemptAt: Date;
  createdAt: Date;
  finishedAt: Date | null;
}

/** One POST, as it is shown to whoever asks why nothing arrived. */
export interface Attempt {
  attempt: number;
  startedAt: Date;
  durationMs: number;
  responseStatus: number | null;
  responseBody: string | null;
  error: string | null;
}

/** What came of one POST: an answer, or the code of what went wrong before there was one. */
export type PostResult =
  { status: number; body: string; retryAfterMs: number | null } | { error: string };

/** Where a delivery goes from here. */
export interface Outcome {
  status: Exclude<DeliveryStatus, 'skipped'>;
  /** How many attempts of this round have failed. */
  retries: number;
  /** Until the next attempt, while it is pending. */
  delayMs: number;
}

const GONE = 410;
/** Endpoints that ask for time say how much. */
const ASKS_FOR_TIME = new Set([429, 503]);

export const isGone = (result: PostResult): boolean => 'status' in result && result.status === GONE;

export const isSuccess = (result: PostResult): boolean =>
  'status' in result && result.status >= 200 && result.status < 300;

/**
 * Decides from one result. A redirect is a failure like any other: where it leads was never checked.
 *
 * @param retries failed attempts of this round before this one
 */
export function outcomeOf(result: PostResult, retries: number, random: number): Outcome {
  if (isSuccess(result)) return { status: 'delivered', retries, delayMs: 0 };
  const failures = retries + 1;
  const asked = 'status' in result && ASKS_FOR_TIME.has(result.status) ? result.retryAfterMs : null;
  const delayMs = isGone(result) ? null : retryDelayMs(failures, asked, random);
  if (delayMs === null) return { status: 'failed', retries: failures, delayMs: 0 };
  return { status: 'pending', retries: failures, delayMs };
}

export class DeliveryNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'delivery-not-found';

  constructor(deliveryId: string) {
    super(`no webhook delivery ${deliveryId}; they are kept for some weeks`);
  }
}
