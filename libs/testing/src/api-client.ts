/** An answer with its body read. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON, undefined when there is none. */
  body: Record<string, unknown>;
  text: string;
}

export type ApiClient = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ApiAnswer>;

/** A client of one service with one token: `await api('POST', '/commands/ingest', {…})`. */
export function apiClient(url: string, token?: string): ApiClient {
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return {
      status: answer.status,
      headers: answer.headers,
      body: (isJson ? JSON.parse(text) : {}) as Record<string, unknown>,
      text,
    };
  };
}
