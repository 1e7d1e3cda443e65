/** What kind of "no" it is; one place in libs/service maps each to an HTTP status. */
export type RefusalKind =
  | 'malformed' // cannot be parsed at all
  | 'invalid' // parsed, but breaks a rule
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition_failed'
  | 'precondition_required'
  | 'unavailable';

/** One defect of a request body or query: where, which rule, in words. */
export interface FieldError {
  /** RFC 6901 JSON pointer into the body, or the name of a query parameter. */
  pointer: string;
  code: string;
  detail: string;
}

/**
 * The domain says no. Subclasses stand beside the rule they guard.
 *
 * `code` is stable and documented: clients switch on it. `message` says what happened, to which id, and
 * what would have been allowed; it holds no secret, no SQL and no host name.
 */
export abstract class Refusal extends Error {
  abstract readonly kind: RefusalKind;
  abstract readonly code: string;
  readonly fieldErrors: readonly FieldError[] = [];
  /** Seconds after which the same request may succeed. */
  readonly retryAfterSeconds: number | undefined = undefined;

  override get name(): string {
    return this.constructor.name;
  }
}
