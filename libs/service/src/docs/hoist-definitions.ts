import { assert } from '@fusion-prime/kernel';
import { isDeepStrictEqual } from 'node:util';

type Json = Record<string, unknown>;

const LOCAL = '#/$defs/';
const SHARED = '#/components/schemas/';

/**
 * Moves the definitions of every embedded JSON Schema to `components/schemas`. A `$ref` of OpenAPI is
 * resolved against the whole document, where the `$defs` of an embedded schema are not found.
 *
 * @param shared gets the definitions, by name
 */
export function hoistDefinitions(node: unknown, shared: Json): unknown {
  if (Array.isArray(node)) return node.map((item) => hoistDefinitions(item, shared));
  if (typeof node !== 'object' || node === null) return node;
  const { $defs = {}, ...rest } = node as Json & { $defs?: Json };
  for (const [name, definition] of Object.entries($defs)) {
    const hoisted = hoistDefinitions(definition, shared);
    const known = shared[name];
    assert(
      known === undefined || isDeepStrictEqual(known, hoisted),
      `two schemas share the name ${name}: give each its own id`,
    );
    shared[name] = hoisted;
  }
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' && value.startsWith(LOCAL)
        ? SHARED + value.slice(LOCAL.length)
        : hoistDefinitions(value, shared),
    ]),
  );
}
