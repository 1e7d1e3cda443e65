import { SERVICE_NAMES } from '@fusion-prime/kernel';
import type { EventContract } from '../contract.js';
import { CATALOGUE, subscribersOf } from '../topology.js';
import { dataSchemaOf, schemaIdOf, type JsonObject } from './event-schemas.js';

/** Where an event is published on a broker. */
export function subjectOf(type: string): string {
  return `fusion-prime.${type}`;
}

/**
 * Every event of the platform, who sends it and who is told, as one AsyncAPI 3.0 document:
 * https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function asyncApiDocument(): JsonObject {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Fusion Prime events',
      version: '1',
      description:
        'CloudEvents 1.0. A breaking change is a new major type; fields that a reader does not know may come.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: byType(({ type, description }) => ({
      address: subjectOf(type),
      description,
      messages: { [type]: { $ref: `#/components/messages/${type}` } },
    })),
    operations: Object.fromEntries(CATALOGUE.flatMap(operationsOf)),
    components: {
      messages: byType(messageOf),
      schemas: byType((contract) => {
        const schema = dataSchemaOf(contract, 'draft-7');
        delete schema['$schema'];
        return schema;
      }),
    },
  };
}

function byType(of: (contract: EventContract) => JsonObject): JsonObject {
  return Object.fromEntries(CATALOGUE.map((contract) => [contract.type, of(contract)]));
}

/** One for who sends it, and one for each who is told, local subscribers included. */
function operationsOf({ type, service }: EventContract): [string, JsonObject][] {
  const about = {
    channel: { $ref: `#/channels/${type}` },
    messages: [{ $ref: `#/channels/${type}/messages/${type}` }],
  };
  const told = subscribersOf(type).map((subscriber): [string, JsonObject] => [
    `${subscriber.replace('/', '-')}.receive.${type}`,
    { action: 'receive', ...about, tags: tagsOf(subscriber) },
  ]);
  return [
    [`${service}.send.${type}`, { action: 'send', ...about, tags: tagsOf(service) }],
    ...told,
  ];
}

function tagsOf(name: string): JsonObject[] {
  const service = SERVICE_NAMES.find((known) => name === known || name.startsWith(`${known}/`));
  return [{ name: service ?? name }];
}

const text = (more: JsonObject = {}): JsonObject => ({ type: 'string', ...more });

function messageOf({ type, service, aggregate, description }: EventContract): JsonObject {
  return {
    name: type,
    title: description,
    contentType: 'application/cloudevents+json',
    correlationId: { location: '$message.payload#/correlationid' },
    payload: {
      type: 'object',
      required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'sequence', 'data'],
      properties: {
        specversion: { const: '1.0' },
        id: text({
          format: 'uuid',
          description: 'the same for every subscriber and every repetition',
        }),
        source: { const: `/fusion-prime/${service}` },
        type: { const: type },
        subject: text({ maxLength: 128, description: `which ${aggregate}` }),
        time: text({ format: 'date-time' }),
        datacontenttype: { const: 'application/json' },
        dataschema: { const: schemaIdOf(type) },
        sequence: text({
          pattern: '^[0-9]{10}$',
          description: `grows with each event of one ${aggregate}; gaps are allowed`,
        }),
        traceparent: text(),
        correlationid: text({ maxLength: 128 }),
        causationid: text({ maxLength: 128 }),
        data: { $ref: `#/components/schemas/${type}` },
      },
    },
  };
}
