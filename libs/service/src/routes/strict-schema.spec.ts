import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { strict } from './strict-schema.js';

describe('a body schema', () => {
  it('refuses unknown fields even where it was not said', () => {
    expect(strict(z.object({ a: z.string() })).safeParse({ a: 'x', b: 1 }).success).toBe(false);
  });

  it('does not boot when an inner object would ignore them', () => {
    const loose = z.object({ inner: z.array(z.object({ a: z.string() })) });
    expect(() => strict(loose)).toThrow('beside a: use z.strictObject');
  });

  it('may hold a record of any keys', () => {
    expect(() => strict(z.object({ labels: z.record(z.string(), z.string()) }))).not.toThrow();
  });
});
