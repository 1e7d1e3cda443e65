import { classifyDatabaseError } from '@fusion-prime/database';
import type { DatabaseErrorClass } from '@fusion-prime/database';
import { Problem } from './problem.js';

interface Answer {
  status: number;
  code: string;
  detail: string;
  retryAfterSeconds?: number;
}

// What reaches this table was foreseen by no repository: repositories turn the constraints they know into
// refusals with words of their own. The words here name no table and no value.
const ANSWERS: Record<DatabaseErrorClass, Answer> = {
  duplicate: { status: 409, code: 'duplicate', detail: 'it exists already' },
  invalid: {
    status: 422,
    code: 'constraint-violated',
    detail: 'the values break a rule of the data',
  },
  contention: {
    status: 503,
    code: 'contention',
    detail: 'others changed the same records at the same time; try again',
    retryAfterSeconds: 1,
  },
  busy: { status: 503, code: 'busy', detail: 'it took too long; try again', retryAfterSeconds: 1 },
  overloaded: {
    status: 503,
    code: 'overloaded',
    detail: 'no database connection was free in time; try again',
    retryAfterSeconds: 1,
  },
  'storage-full': {
    status: 503,
    code: 'storage-full',
    detail: 'nothing can be written at present',
  },
  'read-only': { status: 503, code: 'read-only', detail: 'nothing can be written at present' },
  unavailable: {
    status: 503,
    code: 'database-unavailable',
    detail: 'the database does not answer; try again',
    retryAfterSeconds: 1,
  },
  misconfigured: {
    status: 503,
    code: 'misconfigured',
    detail: 'the service cannot use its database',
  },
};

/** @returns null when the error is not the database's. */
export function databaseProblem(error: unknown): Problem | null {
  const found = classifyDatabaseError(error);
  if (found === null) return null;
  const { retryAfterSeconds, ...answer } = ANSWERS[found];
  const headers =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return new Problem({ ...answer, headers, cause: error });
}
