import { say } from './output.js';

/** The first signal stops the run; the second one stops the way back of what it did, too. */
export function onInterruption(
  goesBack: boolean,
  words = 'interrupted: rolling back what is under way',
): {
  signal: AbortSignal;
  rollbackSignal: AbortSignal;
} {
  const [run, rollback] = [new AbortController(), new AbortController()];
  const interrupt = (): void => {
    if (run.signal.aborted) {
      if (goesBack && !rollback.signal.aborted) say('interrupted again: going back no further');
      rollback.abort();
      return;
    }
    say(words);
    run.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  return { signal: run.signal, rollbackSignal: rollback.signal };
}
