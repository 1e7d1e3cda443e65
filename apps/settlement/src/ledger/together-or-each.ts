export interface TogetherOrEach<Id> {
  /** All that there is, up to a bound, in one transaction. @returns how many */
  together: () => Promise<number>;
  /** What there is, up to the same bound. */
  list: () => Promise<Id[]>;
  /** One of them, in a transaction of its own. */
  one: (id: Id) => Promise<unknown>;
}

/**
 * Does a batch; when it fails, each of it by itself: one that cannot be done stays, and stops no other.
 *
 * @returns how many were done
 * @throws {AggregateError} of those that could not be, after all others
 */
export async function togetherOrEach<Id>({
  together,
  list,
  one,
}: TogetherOrEach<Id>): Promise<number> {
  const failure = await together().then(
    (done) => ({ done }),
    (error: unknown) => ({ error }),
  );
  if ('done' in failure) return failure.done;
  const ids = await list();
  // It went through meanwhile, or the database is the trouble.
  if (ids.length === 0) throw failure.error;
  const failures: unknown[] = [];
  for (const id of ids) await one(id).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) {
    throw new AggregateError(
      failures,
      `${String(failures.length)} of ${String(ids.length)} could not be done: ${String(failures[0])}`,
    );
  }
  return ids.length;
}
