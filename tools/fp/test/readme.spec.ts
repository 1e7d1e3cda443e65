import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from '../src/program.js';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

/** `fp migrate up`, … of every command that does something. */
function leaves(command: Command, before = ''): string[] {
  const name = `${before}${command.name()}`;
  if (command.commands.length === 0) return [name];
  return command.commands.flatMap((one) => leaves(one, `${name} `));
}

describe('the README of fp', () => {
  const commands = leaves(buildProgram());

  it('knows the commands of this program', () => {
    expect(commands.length).toBeGreaterThan(20);
  });

  it.each(commands.filter((name) => !name.startsWith('fp databases')))('names %s', (name) => {
    expect(readme).toContain(name);
  });
});
