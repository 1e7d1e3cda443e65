import type { OutgoingHttpHeader } from 'node:http';

type Headers = Readonly<Record<string, OutgoingHttpHeader | undefined>>;

/** An answer as bytes, so that its repetition is the same to the last one. */
export interface KeptAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Null: none at all, as of a 204. */
  body: Buffer | null;
}

/** What a handler made: to send now, and to keep for whoever asks again. */
export interface FreshAnswer {
  sent: KeptAnswer;
  /** The same but for what is shown once. */
  kept: KeptAnswer;
}

/** Of the headers that a handler may set, those that belong to its answer. */
const KEPT_HEADERS = ['content-type', 'location', 'etag', 'last-modified', 'link'];

// About the sender, the way or the moment, not about what was asked: the same request may succeed later.
const PASSING = new Set([400, 401, 403, 408, 413, 415, 429]);

/** Whether the same request would be answered so again: then this is the answer, for good. */
export function isFinal(status: number): boolean {
  return status < 500 && !PASSING.has(status);
}

/**
 * The answer that a handler's result makes.
 *
 * @param headers all that the reply has
 * @param shownOnce fields of the result that are kept as null: a secret must not lie in a table of answers
 */
export function freshAnswer(
  result: unknown,
  { status, headers }: { status: number; headers: Headers },
  shownOnce: readonly string[],
): FreshAnswer {
  const stated = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) =>
      headers[name] === undefined ? [] : [[name, [headers[name]].flat().join(', ')]],
    ),
  );
  const sent = withBody(result, { status, headers: stated });
  if (shownOnce.length === 0) return { sent, kept: sent };
  const blank = Object.fromEntries(shownOnce.map((name) => [name, null]));
  const kept = withBody({ ...(result as object), ...blank }, { status, headers: stated });
  return { sent, kept };
}

function withBody(result: unknown, { status, headers }: Omit<KeptAnswer, 'body'>): KeptAnswer {
  if (result === undefined || result === null) return { status, headers, body: null };
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(JSON.stringify(result)),
  };
}
