import { describe, expect, it } from '@jest/globals';
import { SERVICE_NAMES } from '@fusion-prime/kernel';
import { z } from 'zod';
import { contract, type EventContract } from './contract.js';
import { eventSchemas } from './documents/event-schemas.js';
import * as contracts from './index.js';
import {
  CATALOGUE,
  contractOf,
  FLOW,
  listenersOf,
  localSubscribersOf,
  localSubscriptions,
  subscribersOf,
  subscriptionsOf,
} from './topology.js';

const isContract = (value: unknown): value is EventContract =>
  typeof value === 'object' && value !== null && 'aggregate' in value && 'data' in value;

describe('the topology', () => {
  const types = CATALOGUE.map(({ type }) => type);

  it('lists every contract of this package, once', () => {
    const stated = Object.values(contracts).flatMap((value: unknown) => {
      if (isContract(value)) return [value];
      return typeof value === 'object' && value !== null
        ? Object.values(value).filter(isContract)
        : [];
    });
    const known = new Set(stated.map(({ type }) => type));
    expect([...known].sort()).toEqual([...types].sort());
    expect(new Set(types).size).toBe(types.length);
  });

  it.each(CATALOGUE.map(({ type, service }) => [type, service] as const))(
    'sends %s rightwards only, from %s',
    (type, service) => {
      expect(type.startsWith(`${service}.`)).toBe(true);
      for (const subscriber of subscribersOf(type)) {
        const [name, local] = subscriber.split('/');
        const to = SERVICE_NAMES.find((known) => known === name);
        expect(to).toBeDefined();
        if (local === undefined) expect(FLOW[to!]).toBeGreaterThan(FLOW[service]);
        else expect(to).toBe(service);
      }
    },
  );

  it.each(SERVICE_NAMES)('tells %s only what is in the catalogue, each once', (name) => {
    const told = subscriptionsOf(name).map(({ type }) => type);
    expect(told.filter((type) => contractOf(type) === undefined)).toEqual([]);
    expect(new Set(told).size).toBe(told.length);
    for (const local of localSubscribersOf(name)) {
      const heard = localSubscriptions(local).map(({ type }) => type);
      expect(heard.filter((type) => !subscribersOf(type).includes(local))).toEqual([]);
      expect(new Set(heard).size).toBe(heard.length);
    }
  });

  it('knows for each service who listens to it', () => {
    for (const service of SERVICE_NAMES) {
      const byType = CATALOGUE.filter((stated) => stated.service === service)
        .flatMap(({ type }) => subscribersOf(type))
        .filter((name) => !name.includes('/'));
      expect([...new Set(byType)].sort()).toEqual([...listenersOf(service)].sort());
    }
  });

  it('has alert told of every event that a service gave up', () => {
    const publishers = new Set(CATALOGUE.map(({ service }) => service));
    for (const service of publishers) {
      expect(subscribersOf(`${service}.event.parked.v1`)).toContain('alert');
    }
  });

  it('does not know a type that nobody stated', () => {
    expect(() => subscribersOf('settlement.command.lost.v1')).toThrow('no contract is called');
    expect(contractOf('settlement.command.lost.v1')).toBeUndefined();
    expect(localSubscriptions('settlement/mail')).toEqual([]);
  });
});

describe('a contract', () => {
  const data = z.object({});
  it.each([
    ['settlement', 'settlement.command.settled.v1', true],
    ['risk-engine', 'risk-engine.margin-call.raised.v12', true],
    ['settlement', 'compliance.transfer.decided.v1', false],
    ['settlement', 'settlement.command.settled', false],
    ['settlement', 'settlement.command.settled.v0', false],
    ['settlement', 'settlement.settled.v1', false],
    ['settlement', 'settlement.Command.settled.v1', false],
  ] as const)('of %s may be called %s: %s', (service, type, good) => {
    const state = (): unknown => contract(service, type, { description: '', data });
    if (good) expect(state).not.toThrow();
    else expect(state).toThrow(`${type} is not <${service}>.<noun>.<past verb>.v<major>`);
  });

  it.each([...eventSchemas()])('lets a newer publisher say more: %s', (_file, schema) => {
    expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false');
  });
});
