import { describe, expect, it } from '@jest/globals';
import { commandEvents, transferDecided } from '@fusion-prime/contracts';
import type { EventConsumer, LocalSubscriber } from '@fusion-prime/messaging';
import { checkConsumers, checkLocalSubscribers } from './check-topology.js';

const handle = (): Promise<void> => Promise.resolve();
const taking = (...consumes: EventConsumer['consumes'][number][]): EventConsumer => ({
  consumes,
  handle,
});
const local = (subscriber: string): LocalSubscriber => ({ subscriber, handle });

describe('features and the topology', () => {
  it('agree: what a service is told, one of its features takes', () => {
    expect(() => checkConsumers('settlement', [taking(transferDecided)])).not.toThrow();
    expect(() => checkLocalSubscribers('settlement', [local('settlement/webhooks')])).not.toThrow();
  });

  it('need not agree yet in a service that has no such feature at all', () => {
    expect(() => checkConsumers('settlement', [])).not.toThrow();
    expect(() => checkLocalSubscribers('settlement', [])).not.toThrow();
  });

  it('refuse to start where one takes what nobody sends there', () => {
    const greedy = taking(transferDecided, commandEvents.settled);
    expect(() => checkConsumers('settlement', [greedy])).toThrow(
      'settlement takes settlement.command.settled.v1, which the topology does not send there',
    );
    expect(() => checkLocalSubscribers('settlement', [local('settlement/mail')])).toThrow(
      'is told settlement/webhooks and takes nothing of it; it takes settlement/mail',
    );
  });

  it('refuse to start where nobody takes what is sent', () => {
    expect(() => checkConsumers('settlement', [taking()])).toThrow(
      'settlement is told compliance.transfer.decided.v1 and takes nothing of it',
    );
  });
});
