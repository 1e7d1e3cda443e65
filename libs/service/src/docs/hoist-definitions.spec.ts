import { describe, expect, it } from '@jest/globals';
import { hoistDefinitions } from './hoist-definitions.js';

const embedded = (type: string) => ({
  $ref: '#/$defs/Order',
  $defs: { Order: { properties: { line: { $ref: '#/$defs/Line' } } }, Line: { type } },
});

describe('the definitions of embedded schemas', () => {
  it('are found from anywhere in the document', () => {
    const shared = {};
    const hoisted = hoistDefinitions({ post: { schema: embedded('string') } }, shared);
    expect(hoisted).toEqual({ post: { schema: { $ref: '#/components/schemas/Order' } } });
    expect(shared).toEqual({
      Order: { properties: { line: { $ref: '#/components/schemas/Line' } } },
      Line: { type: 'string' },
    });
  });

  it('may stand in several places, when they are the same', () => {
    const shared = {};
    hoistDefinitions([embedded('string'), embedded('string')], shared);
    expect(Object.keys(shared)).toEqual(['Order', 'Line']);
  });

  it('may not differ under one name', () => {
    expect(() => hoistDefinitions([embedded('string'), embedded('integer')], {})).toThrow('Line');
  });
});
