import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, readEventTypes, writeEventTypes } from './subscription.js';

describe('the event types of a subscription', () => {
  const settled = 'settlement.command.settled.v1';
  const failed = 'settlement.command.failed.v1';

  it.each([
    ['a JSON array', `["${settled}","${failed}"]`],
    ['a comma list', `${settled}, ${failed}`],
    ['a comma list with gaps', `,${settled},,${failed},`],
  ])('are read from %s, which production holds', (_form, stored) => {
    expect(readEventTypes(stored)).toEqual([settled, failed]);
  });

  it('are written as a JSON array, each once', () => {
    expect(writeEventTypes([settled, failed, settled])).toBe(`["${settled}","${failed}"]`);
  });

  it('survive the way through storage', () => {
    expect(readEventTypes(writeEventTypes(EVENT_TYPES))).toEqual(EVENT_TYPES);
  });
});
