/**
 * For each step the steps that have ended before it begins. Each waits for the ones that it names, which come
 * before it in the list, and for whatever these have waited for.
 */
export function closure(direct: readonly (readonly number[])[]): ReadonlySet<number>[] {
  const after: Set<number>[] = [];
  for (const waited of direct) {
    const all = new Set(waited);
    for (const index of waited) for (const before of after[index] ?? []) all.add(before);
    after.push(all);
  }
  return after;
}
