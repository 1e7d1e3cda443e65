import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { instantSchema } from './schemas.js';

describe('an instant in a request', () => {
  it.each([
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2026-01-31T12:00:00+14:00',
    '2026-01-31T12:00:00.123456789Z',
  ])('may be %s, and the answer can say it back', (text) => {
    const instant = instantSchema.parse(text);
    expect(z.iso.datetime().safeParse(new Date(instant).toISOString()).success).toBe(true);
  });

  it.each([
    ['0000-12-31T23:59:59Z', 'instant-out-of-range'],
    ['0001-01-01T00:00:00+00:01', 'instant-out-of-range'],
    ['9999-12-31T23:59:59.999-00:01', 'instant-out-of-range'],
    [`2026-01-31T12:00:00.${'1'.repeat(30_000)}Z`, 'Too big'],
    ['+275760-09-13T00:00:00Z', 'Invalid ISO datetime'],
    ['2026-02-30T12:00:00Z', 'Invalid ISO datetime'],
    ['2026-01-31T12:00:00', 'Invalid ISO datetime'],
    ['infinity', 'Invalid ISO datetime'],
  ])('may not be %.40s', (text, words) => {
    const { error } = instantSchema.safeParse(text);
    expect(error?.issues.map(({ message }) => message).join()).toContain(words);
  });
});
