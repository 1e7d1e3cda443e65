import type { Agent } from 'undici';
import { CLOUD_EVENT_BATCH_TYPE, type WireEvent } from '../cloud-event.js';
import { deliveryAnswerSchema } from './delivery-answer.js';
import { SubscriberSilent, type DeliveryResult, type Transport } from './transport.js';

export interface HttpTransportOptions {
  /** Where each subscriber is: `http://alert:4004`. */
  addresses: Readonly<Record<string, string | undefined>>;
  /** Who we are, as they believe it. */
  token: () => string;
  /** For the connection, and for the answer. */
  connectTimeoutMs?: number;
  timeoutMs?: number;
}

type Results = ReadonlyMap<string, DeliveryResult>;

const CONNECT_TIMEOUT_MS = 2_000;
// Above the time in which a service answers any request: its own 503 comes first.
const TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;
const CONNECTIONS = 8;
const MAX_ANSWER_BYTES = 1024 * 1024;
// About us or about the whole service, not about what was sent. Everything from 500 on is of this kind.
const NOT_ABOUT_THE_EVENTS = new Set([401, 403, 404, 405, 408, 429]);

/**
 * Posts batches of CloudEvents to `POST /events` of each subscriber, over connections that are kept.
 *
 *   200                                  an outcome for each event
 *   400, 413, 415, 422 …                 each event by itself, then it is that one's fault
 *   anything else, or no answer at all   the subscriber is silent
 */
export class HttpTransport implements Transport {
  private agent: Promise<Agent> | undefined;

  constructor(private readonly options: HttpTransportOptions) {}

  async deliver(
    subscriber: string,
    events: readonly WireEvent[],
    signal: AbortSignal,
  ): Promise<Results> {
    const { status, text } = await this.post(subscriber, events, signal);
    if (status === 200) return resultsOf(text);
    if (status < 400 || status >= 500 || NOT_ABOUT_THE_EVENTS.has(status)) {
      throw new SubscriberSilent(`it answered ${String(status)}${codeOf(text)}`);
    }
    const [only] = events;
    if (only !== undefined && events.length === 1) {
      const reason = `it answered ${String(status)}${codeOf(text)}`;
      return new Map([[only.id, { outcome: 'retry' as const, reason }]]);
    }
    return this.deliverEach(subscriber, events, signal);
  }

  async close(): Promise<void> {
    const agent = await this.agent;
    await agent?.close();
  }

  private async deliverEach(
    subscriber: string,
    events: readonly WireEvent[],
    signal: AbortSignal,
  ): Promise<Results> {
    const results = new Map<string, DeliveryResult>();
    const held = new Set<string>();
    for (const event of events) {
      if (held.has(event.subject)) continue;
      for (const [id, result] of await this.deliver(subscriber, [event], signal)) {
        results.set(id, result);
        if (result.outcome === 'retry') held.add(event.subject);
      }
    }
    return results;
  }

  private async post(
    subscriber: string,
    events: readonly WireEvent[],
    signal: AbortSignal,
  ): Promise<{ status: number; text: string }> {
    const address = this.options.addresses[subscriber];
    if (address === undefined) throw new SubscriberSilent('nobody knows its address');
    try {
      const agent = await this.open();
      const url = new URL(address);
      const { statusCode, body } = await agent.request({
        origin: url.origin,
        path: `${url.pathname.replace(/\/$/, '')}/events`,
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.options.token()}`,
          'content-type': CLOUD_EVENT_BATCH_TYPE,
          accept: 'application/json',
        },
        body: `[${events.map(({ text }) => text).join(',')}]`,
        signal,
      });
      return { status: statusCode, text: await body.text() };
    } catch (error) {
      throw new SubscriberSilent(wordsOf(error), { cause: error });
    }
  }

  // Loaded by the first delivery: a service that starts has no time for it.
  private open(): Promise<Agent> {
    const { connectTimeoutMs = CONNECT_TIMEOUT_MS, timeoutMs = TIMEOUT_MS } = this.options;
    this.agent ??= import('undici').then(
      ({ Agent }) =>
        new Agent({
          connections: CONNECTIONS,
          connect: { timeout: connectTimeoutMs },
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          keepAliveTimeout: KEEP_ALIVE_MS,
          maxResponseSize: MAX_ANSWER_BYTES,
        }),
    );
    return this.agent;
  }
}

/** @throws {SubscriberSilent} when something else answers there */
function resultsOf(text: string): Results {
  try {
    const { results } = deliveryAnswerSchema.parse(JSON.parse(text));
    return new Map(results.map(({ id, outcome, reason }) => [id, { outcome, reason }]));
  } catch (error) {
    throw new SubscriberSilent('it answered 200 with something else than outcomes', {
      cause: error,
    });
  }
}

/** The code of a problem document, which is stable and holds no data. */
function codeOf(text: string): string {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === 'string' ? ` ${code.slice(0, 64)}` : '';
  } catch {
    return '';
  }
}

// The code alone: messages name hosts and ports.
function wordsOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name);
}
