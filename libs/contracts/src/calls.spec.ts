import { describe, expect, it } from '@jest/globals';
import { SERVICE_NAMES } from '@fusion-prime/kernel';
import { callsOf } from './calls.js';
import { FLOW, listenersOf } from './topology.js';

describe('whom a service calls', () => {
  it('is its listeners, with events', () => {
    for (const name of SERVICE_NAMES) {
      const told = callsOf(name).filter(({ scope }) => scope.endsWith(':events'));
      expect(told.map(({ service }) => service)).toEqual(listenersOf(name));
      expect(told.filter(({ service }) => FLOW[service] <= FLOW[name])).toEqual([]);
    }
  });

  it('is whoever takes its commands, against the flow', () => {
    expect(callsOf('settlement')).toContainEqual({
      service: 'compliance',
      scope: 'compliance:write',
    });
    for (const name of SERVICE_NAMES) {
      const told = callsOf(name).filter(({ scope }) => !scope.endsWith(':events'));
      expect(told.filter(({ service }) => FLOW[service] >= FLOW[name])).toEqual([]);
    }
  });

  it('is nobody twice for the same, and nobody that it is itself', () => {
    for (const name of SERVICE_NAMES) {
      const scopes = callsOf(name).map(({ scope }) => scope);
      expect(new Set(scopes).size).toBe(scopes.length);
      expect(callsOf(name).map(({ service }) => service)).not.toContain(name);
    }
  });
});
