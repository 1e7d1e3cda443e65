import { assert, type KeysetPosition } from '@fusion-prime/kernel';
import { Injectable } from '@nestjs/common';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Problem } from '../problems/problem.js';

/** What a list was asked for, apart from its page: a cursor is good for the same filters only. */
export type CursorFilters = Readonly<Record<string, string | number | boolean | null | undefined>>;

const SIGNATURE_BYTES = 16;
const MAX_CURSOR_LENGTH = 2_048;
const BASE64URL = /^[\w-]+$/;

/**
 * Opaque, signed page cursors for keyset lists. Signed, because a position goes into a WHERE clause and
 * must be one that we gave; bound to its filters, because a position means nothing in another list.
 *
 * @example
 * const filters = { list: 'commands', status };
 * const { items, next } = await listCommands.execute({ after: cursors.read(filters, cursor), limit });
 * return { data: items, next_cursor: cursors.write(filters, next) };
 */
@Injectable()
export class Cursors {
  constructor(private readonly key: string) {
    assert(key.length >= SIGNATURE_BYTES, 'the cursor key is long enough to sign with');
  }

  /** The `next_cursor` of an answer; null after the last page. */
  write(filters: CursorFilters, position: KeysetPosition | null): string | null {
    if (position === null) return null;
    const payload = Buffer.from(JSON.stringify(position));
    return Buffer.concat([this.sign(filters, payload), payload]).toString('base64url');
  }

  /**
   * Where to go on; null, the beginning, without a cursor.
   *
   * @throws {Problem} 400 `invalid-cursor` when it is not ours, or was made for other filters.
   */
  read(filters: CursorFilters, cursor: string | undefined): KeysetPosition | null {
    if (cursor === undefined) return null;
    if (cursor.length > MAX_CURSOR_LENGTH || !BASE64URL.test(cursor)) throw invalidCursor();
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length <= SIGNATURE_BYTES) throw invalidCursor();
    const payload = bytes.subarray(SIGNATURE_BYTES);
    const isOurs = timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), this.sign(filters, payload));
    if (!isOurs) throw invalidCursor();
    return JSON.parse(payload.toString()) as KeysetPosition;
  }

  private sign(filters: CursorFilters, payload: Buffer): Buffer {
    const named = Object.entries(filters)
      .filter(([, value]) => value !== undefined && value !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return createHmac('sha256', this.key)
      .update(JSON.stringify(named))
      .update('\0')
      .update(payload)
      .digest()
      .subarray(0, SIGNATURE_BYTES);
  }
}

function invalidCursor(): Problem {
  return new Problem({
    status: 400,
    code: 'invalid-cursor',
    detail: 'the cursor was not given by this list, or the filters changed since',
    errors: [{ pointer: 'cursor', code: 'invalid-cursor', detail: 'start again without a cursor' }],
  });
}
