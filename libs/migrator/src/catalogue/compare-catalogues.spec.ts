import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical.js';
import { fingerprintOf } from './catalogue.js';
import { compareCatalogues } from './compare-catalogues.js';

const t = { 'table public.t': {}, 'column public.t.a': { type: 'integer' } };

describe('two catalogues', () => {
  it('that are equal have no difference, whatever the order of their keys', () => {
    const turned = { 'column public.t.a': { type: 'integer' }, 'table public.t': {} };
    expect(compareCatalogues(t, turned)).toEqual([]);
    expect(fingerprintOf(t)).toBe(fingerprintOf(turned));
  });

  it('tell what is missing, unexpected and changed, with both values', () => {
    const actual = {
      'table public.t': { rowSecurity: true },
      'view public.v': { definition: 'x' },
    };
    expect(compareCatalogues(t, actual)).toEqual([
      {
        kind: 'missing',
        object: 'column public.t.a',
        expected: { type: 'integer' },
        detail: 'column public.t.a is missing',
      },
      {
        kind: 'changed',
        object: 'table public.t',
        expected: {},
        actual: { rowSecurity: true },
        detail: 'table public.t: rowSecurity should be none, is true',
      },
      {
        kind: 'unexpected',
        object: 'view public.v',
        actual: { definition: 'x' },
        detail: 'view public.v should not exist',
      },
    ]);
  });

  it('tell a whole table by one line, and not another table whose name begins alike', () => {
    const parts = {
      ...t,
      'constraint public.t.t_pkey': {},
      'grant on table public.t to {app}': {},
      'grant on column public.t.a to {app}': {},
      'index public.t_a': { table: 'public.t' },
      'sequence public.t_a_seq': { ownedBy: 'public.t.a' },
      'grant on sequence public.t_a_seq to {app}': {},
      'column public.tt.a': {},
      'index public.tt_a': { table: 'public.tt' },
    };
    const objects = compareCatalogues(parts, {}).map(({ object }) => object);
    expect(objects).toEqual(['column public.tt.a', 'index public.tt_a', 'table public.t']);
  });
});

describe('canonical JSON', () => {
  it('sorts keys at every depth, and keeps lists as they are', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }, 'x'], a: true })).toBe(
      '{"a":true,"b":[{"c":null,"d":1},"x"]}',
    );
  });
});
