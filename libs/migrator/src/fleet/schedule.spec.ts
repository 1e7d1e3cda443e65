import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { schedule, type ScheduleRules } from './schedule.js';

const rules: ScheduleRules = { parallel: 1, onError: 'stop', stopped: () => false };
const items = [
  { name: 'a', after: [] },
  { name: 'b', after: ['a'] },
  { name: 'c', after: [] },
  { name: 'd', after: ['b', 'not-here'] },
];

async function run(change: Partial<ScheduleRules>, failing: string[] = []) {
  const order: string[] = [];
  let [running, most] = [0, 0];
  const begun = await schedule(items, { ...rules, ...change }, async ({ name }) => {
    order.push(name);
    running += 1;
    most = Math.max(most, running);
    await sleep(2);
    running -= 1;
    return !failing.includes(name);
  });
  return { order, most, begun: [...begun] };
}

describe('a schedule', () => {
  it('runs in order, one at a time', async () => {
    expect(await run({})).toMatchObject({ order: ['a', 'b', 'c', 'd'], most: 1 });
  });

  it('runs side by side what does not depend on each other', async () => {
    expect(await run({ parallel: 3 })).toMatchObject({ order: ['a', 'c', 'b', 'd'], most: 2 });
  });

  it('begins nothing after a failure', async () => {
    expect((await run({}, ['b'])).begun).toEqual(['a', 'b']);
  });

  it('leaves out only what depends on a failure, when told to go on', async () => {
    expect((await run({ onError: 'continue' }, ['a'])).begun).toEqual(['a', 'c']);
  });

  it('begins nothing once it is stopped', async () => {
    expect((await run({ stopped: () => true })).begun).toEqual([]);
  });
});
