import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { asyncApiDocument, CATALOGUE, eventSchemas, subscribersOf } from '../src/index.js';

const folder = join(import.meta.dirname, '..');
const read = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(folder, ...path), 'utf8')) as unknown;
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
const addFormats = formats as unknown as (ajv: Ajv) => Ajv;

describe('libs/contracts/schemas', () => {
  it('are what the contracts make: npm run contracts', () => {
    expect(readdirSync(join(folder, 'schemas')).sort()).toEqual([...eventSchemas().keys()].sort());
    for (const [file, schema] of eventSchemas()) {
      expect({ file, schema: read('schemas', file) }).toEqual({ file, schema: plain(schema) });
    }
  });

  it.each([...eventSchemas()])('can be compiled: %s', (_file, schema) => {
    const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));
    expect(ajv.compile(schema)({})).toBe(false);
  });
});

describe('libs/contracts/asyncapi.json', () => {
  const document = read('asyncapi.json') as {
    operations: Record<string, { action: string; channel: { $ref: string } }>;
    channels: Record<string, { messages: Record<string, unknown> }>;
  };

  it('is what the contracts make: npm run contracts', () => {
    expect(document).toEqual(plain(asyncApiDocument()));
  });

  it('is an AsyncAPI 3.0 document, by the schema of its authors', () => {
    const official = createRequire(import.meta.url)(
      '@asyncapi/specs/schemas/3.0.0-without-$id.json',
    ) as object;
    const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
    const validate = ajv.compile(official);
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(validate({ ...document, asyncapi: '2.6.0' })).toBe(false);
    expect(validate({ ...document, channels: [] })).toBe(false);
  });

  it('points to nothing that is not in it', () => {
    const refs: string[] = [];
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (key === '$ref') refs.push(String(value));
        else walk(value);
      }
    };
    walk(document);
    const target = (ref: string): unknown =>
      ref
        .slice(2)
        .split('/')
        .reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document);
    expect(refs.length).toBeGreaterThan(CATALOGUE.length * 3);
    expect(refs.filter((ref) => target(ref) === undefined)).toEqual([]);
  });

  it('says of each event who sends it and who is told', () => {
    const operations = Object.values(document.operations);
    for (const { type } of CATALOGUE) {
      const about = operations.filter(({ channel }) => channel.$ref === `#/channels/${type}`);
      const actions = about.map(({ action }) => action);
      expect(actions.filter((action) => action === 'send')).toHaveLength(1);
      expect(actions.filter((action) => action === 'receive')).toHaveLength(
        subscribersOf(type).length,
      );
    }
  });
});
