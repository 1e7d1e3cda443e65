import type { Command } from 'commander';

/** What judges migrations before they run. */
export function addLint(_migrate: Command): void {}
