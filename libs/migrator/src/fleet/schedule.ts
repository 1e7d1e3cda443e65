export interface ScheduledItem {
  name: string;
  /** Names that must have succeeded before; names outside the schedule count as done. */
  after: readonly string[];
}

export interface ScheduleRules {
  parallel: number;
  onError: 'stop' | 'continue';
  stopped: () => boolean;
}

/**
 * Runs items in their order, up to `parallel` at a time, each after those that it depends on.
 * What depends on a failure is never begun; with `stop` nothing is.
 *
 * @param run returns whether the item succeeded; must not throw
 * @returns the names that were begun
 */
export async function schedule<T extends ScheduledItem>(
  items: readonly T[],
  rules: ScheduleRules,
  run: (item: T) => Promise<boolean>,
): Promise<Set<string>> {
  const begun = new Set<string>();
  const succeeded = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const names = new Set(items.map(({ name }) => name));
  let failed = false;
  const begin = (item: T): void => {
    begun.add(item.name);
    const end = run(item).then((success) => {
      if (success) succeeded.add(item.name);
      else failed = true;
      running.delete(item.name);
    });
    running.set(item.name, end);
  };
  for (;;) {
    const halted = rules.stopped() || (failed && rules.onError === 'stop');
    const ready = items.find(
      ({ name, after }) =>
        !begun.has(name) && after.every((other) => succeeded.has(other) || !names.has(other)),
    );
    if (ready !== undefined && !halted && running.size < rules.parallel) begin(ready);
    else if (running.size > 0) await Promise.race(running.values());
    else return begun;
  }
}
