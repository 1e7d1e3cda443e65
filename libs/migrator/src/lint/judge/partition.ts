import type { PartitionBoundSpec } from 'libpg-query';
import type { Table } from '../schema/schema.js';

/**
 * Does a validated CHECK of the child speak of the whole partition key? Whether it implies the bound is the
 * server's own proof, which the measurement sees; here it counts that somebody has thought of it.
 */
export function isProvenPartition(
  parent: Table | undefined,
  child: Table | undefined,
  bound: PartitionBoundSpec | undefined,
): boolean {
  if (parent === undefined || child === undefined || bound?.strategy === 'h') return false;
  const key = parent.partitionKey;
  const checks = [...child.constraints.values()].filter(
    ({ kind, validated }) => kind === 'check' && validated,
  );
  const spoken = new Set(checks.flatMap(({ columns }) => columns));
  return key.length > 0 && key.every((column) => spoken.has(column));
}
