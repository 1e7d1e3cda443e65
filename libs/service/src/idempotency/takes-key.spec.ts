import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { RouteRules } from '../routes/route-rules.js';
import { demandKeyable, takesKey } from './takes-key.js';

const route = { method: 'POST', url: '/notes' };
const call = { status: 201, invoke: () => undefined };
const keyable: RouteRules = {
  access: ['settlement:write'],
  answers: [{ status: 201, description: '', schema: z.object({ secret: z.string() }) }],
  shownOnce: ['secret'],
};
const demand = (rules: RouteRules, direct: typeof call | undefined = call) => {
  demandKeyable(route, rules, direct);
};

describe('an Idempotency-Key is taken', () => {
  it.each<[boolean, string | string[], RouteRules]>([
    [true, 'POST', {}],
    [true, ['PUT', 'POST'], {}],
    [false, 'POST', { idempotentBy: 'command_id' }],
    [false, 'PUT', {}],
    [false, 'GET', {}],
  ])('%p by %p %p', (taken, method, rules) => {
    expect(takesKey({ method }, rules)).toBe(taken);
  });
});

describe('a POST does not boot when it', () => {
  it('is public: nobody’s keys are told apart there', () => {
    expect(() => demand({ ...keyable, access: 'public' })).toThrow('POST /notes has no principal');
  });

  it('is answered by Nest, past the place where answers are kept', () => {
    expect(() => demandKeyable(route, keyable, undefined)).toThrow('@IdempotentBy');
  });

  it('answers with a secret that would be kept', () => {
    expect(() => demand({ ...keyable, shownOnce: [] })).toThrow(`@ShownOnce('secret')`);
    expect(() => demand(keyable)).not.toThrow();
  });
});
