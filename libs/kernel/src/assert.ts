/** A broken invariant: a bug in this program, never something a client or an operator did. */
export class InvariantViolated extends Error {
  override readonly name = 'InvariantViolated';
}

/**
 * States what must be true here. Not for input: bad input is a {@link Refusal}.
 *
 * @throws {InvariantViolated} when the condition does not hold.
 */
export function assert(condition: unknown, invariant: string): asserts condition {
  if (!condition) throw new InvariantViolated(invariant);
}
