import type { RouteOptions } from 'fastify';
import { z } from 'zod';
import type { DirectCall } from '../routes/direct-handler.js';
import type { RouteRules } from '../routes/route-rules.js';

const SECRET = /secret|token|password/i;

/** Every POST takes an Idempotency-Key, unless it says that it knows its repetitions by itself. */
export function takesKey({ method }: Pick<RouteOptions, 'method'>, rules: RouteRules): boolean {
  return [method].flat().includes('POST') && rules.idempotentBy === undefined;
}

/** A POST whose answer cannot be kept, or may not be kept as it is, does not boot. */
export function demandKeyable(
  { method, url }: Pick<RouteOptions, 'method' | 'url'>,
  rules: RouteRules,
  call: DirectCall | undefined,
): asserts call is DirectCall {
  const refuse = (why: string): never => {
    throw new Error(`${String(method)} ${url} ${why}: refusing to start`);
  };
  if (rules.access === 'public') refuse('has no principal whose keys it could know: @IdempotentBy');
  if (call === undefined) refuse('is answered by Nest and takes no Idempotency-Key: @IdempotentBy');
  const secret = fieldsOf(rules).find((name) => SECRET.test(name));
  if (secret !== undefined && rules.shownOnce?.includes(secret) !== true) {
    refuse(`would keep ${secret} for a day: @ShownOnce('${secret}')`);
  }
}

function fieldsOf({ answers = [] }: RouteRules): string[] {
  return answers.flatMap(({ schema }) =>
    schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
  );
}
