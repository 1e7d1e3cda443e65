import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { METHODS } from '../problems/not-found.js';
import { Problem, PROBLEM_TYPE } from '../problems/problem.js';

interface ParserError extends Error {
  code?: string;
}

const PROBLEMS: Record<string, { status: number; code: string; detail: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers-too-large',
    detail: 'the headers are too large',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'body-too-large',
    detail: 'chunk extensions are too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'request-timeout',
    detail: 'the request did not arrive in time',
  },
};
const MALFORMED = {
  status: 400,
  code: 'malformed-http',
  detail: 'this is not an HTTP/1.1 request',
};

/** Answers what never became a request, because Node's parser gave up on it, and hangs up. */
export function answerClientError(error: ParserError, socket: Socket): void {
  // Half an answer may be on its way: nothing can be put in front of it.
  const open = (socket as Socket & { _httpMessage?: { headersSent?: boolean } })._httpMessage;
  if (error.code === 'ECONNRESET' || !socket.writable || open?.headersSent === true) {
    socket.destroy();
    return;
  }
  hangUpWith(new Problem(PROBLEMS[error.code ?? ''] ?? MALFORMED), socket);
}

/** CONNECT asks for a tunnel. It never reaches the router: Node hands over the bare socket, or drops it. */
export function answerConnect(_request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  const problem = new Problem({
    status: 405,
    code: 'method-not-allowed',
    detail: 'this is no proxy',
    headers: { allow: METHODS.join(', ') },
  });
  hangUpWith(problem, socket);
}

function hangUpWith(problem: Problem, socket: Duplex): void {
  const { status, headers } = problem;
  const body = JSON.stringify(problem.toDocument('/'));
  socket.end(
    [
      `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? 'Error'}`,
      `content-type: ${PROBLEM_TYPE}`,
      `content-length: ${String(Buffer.byteLength(body))}`,
      'cache-control: no-store',
      'x-content-type-options: nosniff',
      'connection: close',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}

/** `Expect:` anything but 100-continue never reaches the router: Node answers it by itself, without a body. */
export function answerExpectation(request: IncomingMessage, response: ServerResponse): void {
  const problem = new Problem({
    status: 417,
    code: 'expectation-failed',
    detail: 'no expectation but 100-continue is met here',
  });
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const body = JSON.stringify(problem.toDocument(path));
  response.writeHead(problem.status, {
    'content-type': PROBLEM_TYPE,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(body);
}
