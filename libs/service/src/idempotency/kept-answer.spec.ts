import { describe, expect, it } from '@jest/globals';
import { freshAnswer, isFinal } from './kept-answer.js';

describe('an answer is kept', () => {
  it.each([200, 201, 202, 204, 303, 404, 409, 410, 412, 422, 428])('when it is %i', (status) => {
    expect(isFinal(status)).toBe(true);
  });

  it.each([400, 401, 403, 408, 413, 415, 429, 500, 502, 503, 504])(
    'not when it is %i',
    (status) => {
      expect(isFinal(status)).toBe(false);
    },
  );

  it('with the headers that belong to it, and no other', () => {
    const headers = { location: '/notes/1', etag: '"1"', 'x-request-id': 'r', 'set-cookie': 'a=b' };
    expect(freshAnswer({ a: 1 }, { status: 201, headers }, []).kept).toEqual({
      status: 201,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        location: '/notes/1',
        etag: '"1"',
      },
      body: Buffer.from('{"a":1}'),
    });
  });

  it('without a body when there is none', () => {
    const { sent, kept } = freshAnswer(undefined, { status: 204, headers: {} }, []);
    expect(kept).toEqual({ status: 204, headers: {}, body: null });
    expect(sent).toEqual(kept);
  });

  it('without what is shown once', () => {
    const result = { id: 7, secret: 'whsec_x' };
    const { sent, kept } = freshAnswer(result, { status: 201, headers: {} }, ['secret']);
    expect(sent.body?.toString()).toBe('{"id":7,"secret":"whsec_x"}');
    expect(kept.body?.toString()).toBe('{"id":7,"secret":null}');
  });
});
