import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

export interface Answer {
  /** HTTP status; 0 when nothing answered. */
  status: number;
  /** Parsed JSON; null when the body is none. */
  body: unknown;
  /** Why nothing answered. */
  failure: string | null;
}

export interface ServiceClient {
  url: string;
  get(path: string): Promise<Answer>;
  put(path: string, body: object): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

export interface Credentials {
  /** Of the service itself. */
  token: string;
  /** Of what stands before it: Cloud Run takes its own token in X-Serverless-Authorization. */
  gatewayToken: string | undefined;
}

// The service's own limit for a request is 8 s.
const TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Asks one service, each time over a connection of its own: a kept one would stay with the process that is
 * about to be replaced.
 */
export function serviceClient(url: string, credentials: Credentials): ServiceClient {
  const headers = {
    authorization: `Bearer ${credentials.token}`,
    ...(credentials.gatewayToken !== undefined && {
      'x-serverless-authorization': `Bearer ${credentials.gatewayToken}`,
    }),
  };
  const send = (method: string, path: string, body?: object): Promise<Answer> =>
    exchange(new URL(path, url), { method, headers, body });
  return {
    url,
    get: (path) => send('GET', path),
    put: (path, body) => send('PUT', path, body),
    delete: (path) => send('DELETE', path),
  };
}

interface Outgoing {
  method: string;
  headers: Record<string, string>;
  body: object | undefined;
}

function exchange(url: URL, { method, headers, body }: Outgoing): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const send = url.protocol === 'https:' ? overHttps : overHttp;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const fail = (error: NodeJS.ErrnoException): void => {
      const late = `no whole answer within ${TIMEOUT_MS / 1000} s`;
      const failure = signal.aborted ? late : (error.code ?? error.message);
      resolve({ status: 0, body: null, failure });
    };
    const outgoing = send(url, {
      method,
      agent: false,
      signal,
      headers: { ...headers, ...(text !== undefined && { 'content-type': 'application/json' }) },
    });
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      let received = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        received += chunk;
        if (received.length > MAX_BODY_BYTES) response.destroy(new Error('the answer is too long'));
      });
      response.on('error', fail);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: jsonOf(received), failure: null }),
      );
    });
    outgoing.end(text);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
