import { Refusal } from '@fusion-prime/kernel';
import { boundedSignal } from '@fusion-prime/messaging';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { PostResult } from './delivery.js';
import type { EndpointGuard } from './endpoint-guard.js';
import { parseRetryAfterMs } from './retry-schedule.js';

export interface WebhookTimeouts {
  connectMs: number;
  /** From the first byte of the request to the last one of the answer that is read. */
  wholeMs: number;
}

export interface WebhookRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Aborted when the service ends. */
  signal: AbortSignal;
}

/** More of an answer helps nobody, and costs memory and time. */
const READ_BYTES = 2_048;
const TIMEOUTS: WebhookTimeouts = { connectMs: 5_000, wholeMs: 15_000 };
const KEEP_ALIVE_MS = 10_000;

/** Codes of what goes wrong before there is an answer; anything else is `connection-failed`. */
const ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  UND_ERR_SOCKET: 'connection-reset',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  UND_ERR_HEADERS_OVERFLOW: 'answer-malformed',
  EHOSTUNREACH: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
};

/**
 * Posts webhooks. Connections are kept alive and come from one connector, whose addresses the guard looks
 * at: there is no other way out. Redirects are not followed.
 */
export class WebhookClient {
  private readonly agent: Agent;

  constructor(
    private readonly guard: EndpointGuard,
    private readonly timeouts: WebhookTimeouts = TIMEOUTS,
  ) {
    const { connectMs, wholeMs } = timeouts;
    this.agent = new Agent({
      connect: buildConnector({
        timeout: connectMs,
        lookup: guard.lookup,
        // Tries the checked addresses in turn: a host with a dead IPv6 address is reached over IPv4.
        autoSelectFamily: true,
      }),
      // As many connections to an origin as requests in flight: subscriptions share hosts, not fates.
      connections: null,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: wholeMs,
      bodyTimeout: wholeMs,
    });
  }

  /** Never throws: whatever happens is a result. */
  async post({ url, headers, body, signal }: WebhookRequest): Promise<PostResult> {
    // Rows from before this platform were never checked.
    if (!URL.canParse(url)) return { error: 'webhook-url-malformed' };
    const target = new URL(url);
    const bounded = boundedSignal(signal, this.timeouts.wholeMs);
    try {
      this.guard.checkUrl(target);
      const answer = await this.agent.request({
        origin: target.origin,
        path: target.pathname + target.search,
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'user-agent': 'fusion-prime-webhooks/1',
        },
        body,
        signal: bounded.signal,
      });
      const retryAfter = answer.headers['retry-after'];
      return {
        status: answer.statusCode,
        retryAfterMs: parseRetryAfterMs([retryAfter].flat()[0], new Date()),
        body: await readStart(answer.body),
      };
    } catch (error) {
      const late = bounded.signal.aborted && !signal.aborted;
      return { error: late ? 'timeout' : codeOf(error) };
    } finally {
      bounded.release();
    }
  }

  /** Cuts off what is still in flight. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** The first 2 KiB as text that PostgreSQL can hold; of an answer that breaks off, what came. */
async function readStart(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= READ_BYTES) break;
    }
  } catch {
    // The status was read, and it decides.
  }
  return Buffer.concat(chunks).subarray(0, READ_BYTES).toString('utf8').replaceAll('\0', '');
}

function codeOf(error: unknown): string {
  const cause = error instanceof AggregateError ? ((error.errors[0] as unknown) ?? error) : error;
  if (cause instanceof Refusal) return cause.code;
  const { code = '' } = cause as { code?: unknown };
  if (typeof code !== 'string') return 'connection-failed';
  if (code.startsWith('HPE_')) return 'answer-malformed';
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) return 'tls-failed';
  return ERRORS[code] ?? 'connection-failed';
}
