import { lookup, Resolver } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';

/** Every address that a name has now. Throws when it has none. */
export type ResolveHost = (host: string) => Promise<LookupAddress[]>;

export interface NameServerOptions {
  timeoutMs: number;
  tries: number;
  /** Those of the system unless told. */
  servers?: readonly string[];
}

// Within the time that a connection may take, with one repetition.
const OPTIONS: NameServerOptions = { timeoutMs: 2_000, tries: 2 };
/** The name is not in the DNS at all: this machine's own files may know it. */
const NOT_IN_DNS = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

/**
 * Asks the name servers, and only for names that they do not know the system. The system's own resolver
 * occupies one of the process's few worker threads for as long as it waits, so that a handful of endpoints
 * whose name servers are dead would stop every other.
 */
export function systemResolver({ timeoutMs, tries, servers } = OPTIONS): ResolveHost {
  const resolver = new Resolver({ timeout: timeoutMs, tries });
  if (servers !== undefined) resolver.setServers(servers);
  return async (host) => {
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = [...addresses(v4, 4), ...addresses(v6, 6)];
    if (found.length > 0) return found;
    const reasons = [v4, v6].map((asked) => (asked.status === 'rejected' ? codeOf(asked) : ''));
    const unknown = reasons.find((code) => !NOT_IN_DNS.has(code));
    if (unknown !== undefined) throw new Error(`the name servers answered ${unknown}`);
    return lookup(host, { all: true });
  };
}

function addresses(asked: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  if (asked.status === 'rejected') return [];
  return asked.value.map((address) => ({ address, family }));
}

function codeOf({ reason }: PromiseRejectedResult): string {
  return String((reason as { code?: unknown }).code);
}
