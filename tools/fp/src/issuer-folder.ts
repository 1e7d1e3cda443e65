import { join } from 'node:path';
import { checkoutOf, STATE_FOLDER } from '@fusion-prime/postgres-server';

/** Where the local issuer's keys are: `FP_ISSUER_FOLDER` says so in a container, which has no checkout. */
export function issuerFolder(): string {
  const given = process.env['FP_ISSUER_FOLDER'];
  if (given !== undefined) return given;
  return join(checkoutOf(process.cwd()) ?? process.cwd(), STATE_FOLDER, 'auth');
}
