import { Refusal } from '@fusion-prime/kernel';
import type { RefusalKind } from '@fusion-prime/kernel';
import { HttpException } from '@nestjs/common';
import { databaseProblem } from './database-problems.js';
import { Problem } from './problem.js';

const STATUS_OF: Record<RefusalKind, number> = {
  malformed: 400,
  invalid: 422,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition_failed: 412,
  precondition_required: 428,
  unavailable: 503,
};

// What the framework itself refuses; anything else of it keeps its status under a code made from it.
const FRAMEWORK: Record<string, { status: number; code: string; detail: string }> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported-media-type',
    detail: 'the body must be application/json in UTF-8',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body-too-large',
    detail: 'the body is larger than this route accepts',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'content-length-mismatch',
    detail: 'the body is not as long as Content-Length says',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'malformed-url', detail: 'the path cannot be decoded' },
  FST_ERR_MAX_PARAM_LENGTH: {
    status: 414,
    code: 'url-too-long',
    detail: 'a path parameter is too long',
  },
};

const STATUS_CODES_OF: Record<number, string> = {
  400: 'bad-request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  409: 'conflict',
  413: 'body-too-large',
  414: 'url-too-long',
  415: 'unsupported-media-type',
  422: 'validation-failed',
  429: 'too-many-requests',
  503: 'unavailable',
};

/** The one place where what was thrown becomes what is answered. What it does not know is a bug: 500. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refusal) return fromRefusal(error);
  return databaseProblem(error) ?? fromFramework(error) ?? internalProblem(error);
}

function fromRefusal(refusal: Refusal): Problem {
  const { retryAfterSeconds } = refusal;
  return new Problem({
    status: STATUS_OF[refusal.kind],
    code: refusal.code,
    detail: refusal.message,
    errors: refusal.fieldErrors,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    cause: refusal,
  });
}

function fromFramework(error: unknown): Problem | null {
  if (error instanceof HttpException) {
    return fromStatus(error.getStatus(), error.message, error);
  }
  if (!(error instanceof Error)) return null;
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  const known = typeof code === 'string' ? FRAMEWORK[code] : undefined;
  if (known !== undefined)
    return new Problem({ ...known, headers: headersOf(known.status), cause: error });
  if (typeof statusCode !== 'number') return null;
  return fromStatus(statusCode, 'the request cannot be handled', error);
}

function fromStatus(status: number, detail: string, cause: unknown): Problem | null {
  // A 5xx of the framework is our fault, and its words are not for clients.
  if (status < 400 || status >= 500) return null;
  const code = STATUS_CODES_OF[status] ?? 'bad-request';
  return new Problem({ status, code, detail, headers: headersOf(status), cause });
}

function headersOf(status: number): Record<string, string> {
  return status === 415 ? { 'accept-post': 'application/json', 'accept-encoding': 'identity' } : {};
}

function internalProblem(error: unknown): Problem {
  return new Problem({
    status: 500,
    code: 'internal',
    detail: 'the service failed unexpectedly; the request id leads to its log',
    cause: error,
  });
}
