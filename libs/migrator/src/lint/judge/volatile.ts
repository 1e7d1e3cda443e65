import type { Node } from 'libpg-query';
import type { Schema } from '../schema/schema.js';
import { nodesIn, strings } from '../tree.js';

// pg_proc.provolatile = 'v' of PostgreSQL 18, as far as a default could use it.
const VOLATILE = new Set(
  `gen_random_uuid uuidv4 uuidv7 random random_normal clock_timestamp timeofday nextval currval lastval
   setval pg_sleep pg_sleep_for pg_sleep_until setseed pg_notify lo_create lo_creat pg_current_xact_id_if_assigned
   pg_backend_pid pg_advisory_lock pg_try_advisory_lock gen_random_bytes gen_salt array_shuffle array_sample`.split(
    /\s+/,
  ),
);
// Extensions make keys, and each row gets its own; the usual names give them away.
const MAKES_KEYS = /(uuid|ulid|nanoid|ksuid|cuid|snowflake|random|generate_|gen_)/i;

/** The function for which every row would get a value of its own; null for a default that is evaluated once. */
export function volatileFunction(expression: Node | null, schema: Schema): string | null {
  for (const [kind, node] of nodesIn(expression)) {
    if (kind !== 'FuncCall') continue;
    const parts = strings(node['funcname'] as Node[]);
    const name = parts.at(-1) ?? '';
    const own = schema.routines.get(schema.keyOfName(parts));
    const volatile = own?.volatile ?? (VOLATILE.has(name) || MAKES_KEYS.test(name));
    // The nil and namespace constants, and functions of a name, give the same value each time.
    if (volatile && !/^uuid_(nil|ns_|generate_v[35])/.test(name)) return parts.join('.');
  }
  return null;
}
