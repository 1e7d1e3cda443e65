import { assert } from '@fusion-prime/kernel';
import { checkoutOf } from '@fusion-prime/postgres-server';

/** The root of the checkout under test, wherever the test was started from. */
export function checkoutRoot(): string {
  const root = checkoutOf(process.cwd());
  assert(root !== null, 'tests run inside a checkout');
  return root;
}
