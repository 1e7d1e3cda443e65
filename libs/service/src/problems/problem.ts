import type { FieldError } from '@fusion-prime/kernel';
import { STATUS_CODES } from 'node:http';

export const PROBLEM_TYPE = 'application/problem+json';

export interface ProblemOptions {
  status: number;
  /** Stable; clients switch on it. */
  code: string;
  /** Words for a person: no stack, SQL, table or host name. */
  detail: string;
  errors?: readonly FieldError[];
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** RFC 9457 document, as it goes over the wire. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  errors?: readonly FieldError[];
}

/**
 * An answer other than success, decided at the HTTP edge. The domain throws a `Refusal` instead, which
 * is turned into one of these in a single place.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: ProblemOptions) {
    super(options.detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
    this.code = options.code;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  /** @param instance the path of the request, without its query (which may carry a secret). */
  toDocument(instance: string): ProblemDocument {
    return {
      type: `urn:fusion-prime:problem:${this.code}`,
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      instance,
      code: this.code,
      ...(this.errors.length > 0 && { errors: this.errors }),
    };
  }
}
