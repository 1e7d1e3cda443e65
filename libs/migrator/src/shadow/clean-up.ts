type CleanUp = () => Promise<void>;

const pending = new Set<CleanUp>();

/** Makes a clean-up one that runs once, whoever asks first, and that {@link removeShadows} knows until then. */
export function cleanUpOnce(work: CleanUp): CleanUp {
  let running: Promise<void> | undefined;
  const once = (): Promise<void> => {
    running ??= work().finally(() => pending.delete(once));
    return running;
  };
  pending.add(once);
  return once;
}

/**
 * Removes every shadow that this process has open. For a program that was told to end: what it had under way
 * on them fails.
 */
export async function removeShadows(): Promise<void> {
  await Promise.allSettled([...pending].map((cleanUp) => cleanUp()));
}
