import type { ServiceName } from '@fusion-prime/kernel';
import { listenersOf } from './topology.js';

/** That one service sends requests to another, and what its token must allow there. */
export interface ServiceCall {
  readonly service: ServiceName;
  readonly scope: string;
}

/** Commands go against the flow of events: settlement asks compliance whether a transfer may go on. */
const COMMANDS: Partial<Record<ServiceName, readonly ServiceCall[]>> = {
  settlement: [{ service: 'compliance', scope: 'compliance:write' }],
};

/**
 * Whom a service calls: its listeners with events, others with commands. Its token is for these audiences
 * and has these scopes, and it is told their addresses.
 */
export function callsOf(service: ServiceName): readonly ServiceCall[] {
  const events = listenersOf(service).map((name) => ({ service: name, scope: `${name}:events` }));
  return [...events, ...(COMMANDS[service] ?? [])];
}
