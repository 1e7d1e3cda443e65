import type { Command } from 'commander';

/** What a database is, against what it should be. */
export function addState(_migrate: Command): void {}
