import { afterEach, describe, expect, it } from '@jest/globals';
import { counted, meanFleet, onFleet } from './output.js';

afterEach(() => meanFleet(undefined));

describe('a command that a message names', () => {
  it.each([
    ['run  npx fp migrate lock', 'run  npx fp migrate lock --fleet a.yaml'],
    ['run  npx fp migrate lock  when meant', 'run  npx fp migrate lock --fleet a.yaml  when meant'],
    ['npx fp databases create --existing', 'npx fp databases create --existing --fleet a.yaml'],
    [
      'npx fp migrate lint && npx fp migrate verify',
      'npx fp migrate lint --fleet a.yaml && npx fp migrate verify --fleet a.yaml',
    ],
    ['npx fp migrate up --only a; then', 'npx fp migrate up --only a --fleet a.yaml; then'],
    ['npx fp migrate up --only a --fleet b.yaml', 'npx fp migrate up --only a --fleet b.yaml'],
    ['npx fp token --scope a:read', 'npx fp token --scope a:read'],
  ])('carries the --fleet that fp was called with: %s', (text, expected) => {
    meanFleet('a.yaml');
    expect(onFleet(text)).toBe(expected);
  });

  it('stays as it is where the fleet is that of the checkout', () => {
    expect(onFleet('npx fp migrate lock')).toBe('npx fp migrate lock');
  });
});

describe('a count', () => {
  it('says one thing in the singular', () => {
    expect([counted(1, 'file'), counted(0, 'error')]).toEqual(['1 file', '0 errors']);
  });
});
