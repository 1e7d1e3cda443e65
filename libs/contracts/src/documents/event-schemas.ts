import { z } from 'zod';
import type { EventContract } from '../contract.js';
import { CATALOGUE } from '../topology.js';

export type JsonObject = Record<string, unknown>;

/** What `dataschema` of an event says. */
export function schemaIdOf(type: string): string {
  return `urn:fusion-prime:event:${type}`;
}

/**
 * The JSON Schema of an event's data, as a reader may rely on it: fields that it does not name may come.
 *
 * @param target AsyncAPI's own dialect is draft 7
 */
export function dataSchemaOf(
  { data }: EventContract,
  target: 'draft-2020-12' | 'draft-7' = 'draft-2020-12',
): JsonObject {
  return z.toJSONSchema(data, { target, io: 'input' });
}

/** `libs/contracts/schemas`: one file for each event. */
export function eventSchemas(): ReadonlyMap<string, JsonObject> {
  return new Map(
    CATALOGUE.map((contract) => {
      const { $schema, ...rest } = dataSchemaOf(contract);
      const { type: title, description } = contract;
      return [`${title}.json`, { $schema, $id: schemaIdOf(title), title, description, ...rest }];
    }),
  );
}
