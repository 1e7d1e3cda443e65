import type { Command } from 'commander';

/** What is proved on a shadow. */
export function addProof(_migrate: Command): void {}
