import { describe, expect, it } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { LiveProgress } from './live-progress.js';

const migration = { number: '2', name: 'add-isbn' };
const holder = { pid: 71, application: 'books', user: 'app', ageMs: 5_000 };

const ESCAPE = '\u001b';
const PARTS = new RegExp(`(${ESCAPE}\\[1A|${ESCAPE}\\[2K|\\r|\\n)`);

/** A terminal that understands what the display sends: lines, one up, clear. */
class FakeTerminal {
  columns = 60;
  rows = 24;
  private readonly lines = [''];

  write(text: string): void {
    for (const part of text.split(PARTS)) {
      if (part === `${ESCAPE}[1A`) this.lines.pop();
      else if (part === `${ESCAPE}[2K`) this.lines[this.lines.length - 1] = '';
      else if (part === '\n') this.lines.push('');
      else if (part !== '\r') this.lines[this.lines.length - 1] += stripVTControlCharacters(part);
    }
  }

  get shown(): string[] {
    return this.lines.slice(0, -1);
  }
}

function display(total = 3) {
  const terminal = new FakeTerminal();
  const clock = { ms: 0 };
  return { terminal, clock, live: new LiveProgress(terminal, total, () => clock.ms) };
}

describe('the live display', () => {
  it('shows what each database is at work on, for how long, and whom it waits for', () => {
    const { terminal, clock, live } = display();
    live.note({ type: 'migration-started', database: 'a', migration, direction: 'up' });
    clock.ms = 1_500;
    live.note({ type: 'lock-busy', database: 'b', holder });
    live.draw();
    expect(terminal.shown).toEqual([
      expect.stringMatching(/^. a {2}↑ 2 add-isbn {2}1\.5 s$/),
      expect.stringMatching(/^. b {2}waiting {2}0\.0 s {2}waiting for pid 71 \(books\)/),
      '  0/3 databases  1.5 s',
    ]);
    clock.ms = 2_000;
    const blocked = {
      type: 'migration-blocked',
      database: 'a',
      migration,
      sqlstate: '55P03',
    } as const;
    live.note({ ...blocked, blockers: [holder], retryInMs: 250 });
    live.draw();
    expect(terminal.shown[0]).toMatch(/2\.0 s {2}blocked by pid 71, again in 250/);
    expect(terminal.shown).toHaveLength(3);
  });

  it('lets what has ended stand above it, and leaves nothing of itself behind', () => {
    const { terminal, live } = display();
    live.note({ type: 'migration-started', database: 'a', migration, direction: 'down' });
    live.draw();
    live.say('a: ✓ 2 add-isbn');
    live.note({ type: 'database-done', database: 'a', changed: 1 });
    live.note({ type: 'migration-failed', database: 'b', migration, reason: 'x' });
    live.draw();
    expect(terminal.shown).toEqual(['a: ✓ 2 add-isbn', '  2/3 databases, 1 failed  0.0 s']);
    live.clear();
    expect(terminal.shown).toEqual(['a: ✓ 2 add-isbn']);
  });

  it('stays within the terminal, however many databases there are', () => {
    const { terminal, live } = display(200);
    terminal.rows = 6;
    terminal.columns = 30;
    for (let index = 0; index < 200; index += 1) {
      const database = `tenant-with-a-long-name-${index}`;
      live.note({ type: 'migration-started', database, migration, direction: 'up' });
    }
    live.draw();
    expect(terminal.shown).toHaveLength(5);
    for (const line of terminal.shown) expect([...line].length).toBeLessThan(30);
  });

  it('counts what was looked at before anything is changed', () => {
    const { terminal, live } = display();
    live.note({ type: 'checking', database: 'a', target: 'x' });
    live.draw();
    expect(terminal.shown).toEqual(['  checked 1/3 databases  0.0 s']);
  });
});
