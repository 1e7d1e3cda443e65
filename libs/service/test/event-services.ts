import { transferDecided } from '@fusion-prime/contracts';
import { Transactions, type Tx } from '@fusion-prime/database';
import { Refusal, uuidv7 } from '@fusion-prime/kernel';
import {
  Outbox,
  OutboxEntity,
  ProcessedEventEntity,
  type EventConsumer,
  type LocalSubscriber,
  type ReceivedEvent,
} from '@fusion-prime/messaging';
import { Controller, Injectable, Module, Post } from '@nestjs/common';
import { z } from 'zod';
import { IdempotentBy, JsonBody, Scopes } from '../src/index.js';
import type { ServiceDefinition } from '../src/index.js';

const lockOf = (service: string): URL =>
  new URL(`../../../migrations/${service}/migrations.lock`, import.meta.url);

class Unwanted extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'unwanted-decision';
}

/** Notes each decision in a table without a unique key. */
@Injectable()
export class DecisionsConsumer implements EventConsumer {
  readonly consumes = [transferDecided];

  async handle(tx: Tx, event: ReceivedEvent): Promise<void> {
    const { settlement_id, decided_by } = transferDecided.data.parse(event.data);
    if (decided_by === 'nobody') throw new Unwanted('nobody decides nothing');
    if (decided_by === 'too early') throw new Error('no such command yet');
    await tx.query('INSERT INTO effects VALUES ($1, $2)', [event.id, settlement_id]);
  }
}

@Injectable()
export class HookSubscriber implements LocalSubscriber {
  readonly subscriber: string = 'settlement/webhooks';

  async handle(tx: Tx, events: readonly ReceivedEvent[]): Promise<void> {
    for (const { id } of events)
      await tx.query('INSERT INTO effects VALUES ($1, $2)', [id, 'hook']);
  }
}

@Module({ providers: [DecisionsConsumer, HookSubscriber] })
class TakingModule {}

/** Takes compliance's decisions, on settlement's database. */
export const taking: ServiceDefinition = {
  name: 'settlement',
  defaultPort: 4001,
  readConfig: () => ({}),
  load: async () => ({
    module: TakingModule,
    entities: [OutboxEntity, ProcessedEventEntity],
    migrationsLock: lockOf('settlement'),
    consumers: [DecisionsConsumer],
    localSubscribers: [HookSubscriber],
  }),
};

const decideSchema = z.strictObject({ settlement_id: z.string(), decided_by: z.string() });

@Controller('decide')
class DecideController {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  @Post()
  @Scopes('compliance:write')
  @IdempotentBy('nothing: it is a test')
  async decide(@JsonBody(decideSchema) body: z.infer<typeof decideSchema>): Promise<object> {
    const data = {
      ...body,
      decision: 'APPROVED' as const,
      reasons: [],
      decided_at: new Date().toISOString(),
      version: 1,
    };
    const aggregateId = uuidv7();
    const event = { contract: transferDecided, aggregateId, sequence: 1, data };
    await this.transactions.run((tx) =>
      this.outbox.append(tx, [{ ...event, occurredAt: new Date() }]),
    );
    return { transfer: aggregateId };
  }
}

@Module({ controllers: [DecideController] })
class DecidingModule {}

/** Publishes a decision for each request, from compliance's database. */
export const deciding: ServiceDefinition = {
  name: 'compliance',
  defaultPort: 4002,
  readConfig: () => ({}),
  load: async () => ({
    module: DecidingModule,
    entities: [OutboxEntity],
    migrationsLock: lockOf('compliance'),
  }),
};
