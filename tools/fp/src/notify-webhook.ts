import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where notices go, and what they are signed with. */
export interface Webhook {
  url: URL;
  /** As FP_NOTIFY_SECRET holds it. */
  secret: string;
}

export interface Delivery {
  /** The same for every try, so that a receiver knows a repetition. */
  id: string;
  body: string;
  tries?: number;
  timeoutMs?: number;
}

export interface Delivered {
  ok: boolean;
  tries: number;
  /** The receiver's status, or why there is none. */
  outcome: string;
}

// The run has ended and somebody waits for its exit code: fifteen seconds, and not more.
const TRIES = 3;
const TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const AGAIN = [408, 425, 429];
const ENCODED = /^whsec_/;

/**
 * The signature of Standard Webhooks (standardwebhooks.com, v1): HMAC-SHA256 over id, time and body. A
 * secret `whsec_…` is base64, any other is taken as it is.
 */
export function signature(
  secret: string,
  signed: { id: string; timestamp: string; body: string },
): string {
  const key = ENCODED.test(secret)
    ? Buffer.from(secret.replace(ENCODED, ''), 'base64')
    : Buffer.from(secret, 'utf8');
  const text = `${signed.id}.${signed.timestamp}.${signed.body}`;
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
}

/** POSTs a JSON text, up to three times while the receiver is not there or not well. Never throws. */
export async function deliver(webhook: Webhook, delivery: Delivery): Promise<Delivered> {
  const { tries = TRIES } = delivery;
  for (let count = 1; ; count += 1) {
    const { status, outcome } = await post(webhook, delivery);
    if (status !== null && status < 300) return { ok: true, tries: count, outcome };
    const again = status === null || status >= 500 || AGAIN.includes(status);
    if (!again || count >= tries) return { ok: false, tries: count, outcome };
    await sleep(FIRST_PAUSE_MS * 2 ** count);
  }
}

async function post(
  { url, secret }: Webhook,
  { id, body, timeoutMs = TIMEOUT_MS }: Delivery,
): Promise<{ status: number | null; outcome: string }> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'fp',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature(secret, { id, timestamp, body }),
      },
      body,
      // What was signed for one receiver is for no other.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return { status: response.status, outcome: `status ${response.status}` };
  } catch (error) {
    const { name, message, cause } = error as Error & {
      cause?: { code?: string; message?: string };
    };
    const why =
      name === 'TimeoutError'
        ? `no answer in ${timeoutMs} ms`
        : (cause?.code ?? cause?.message ?? message);
    return { status: null, outcome: why };
  }
}
