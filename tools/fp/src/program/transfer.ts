import type { Command } from 'commander';

/** What leaves the database, and comes back. */
export function addTransfer(_migrate: Command): void {}
