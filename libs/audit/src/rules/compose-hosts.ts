import type { ComposeService, Place } from '../model.js';
import { isKnown } from '../text/holes.js';

export interface Host {
  readonly host: string;
  readonly place: Place;
  /** The variable, or the argument, that names it. */
  readonly variable: string;
}

// A URL's authority, behind the user and the password.
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#@]*)/i;
const ELSEWHERE = /^(?:host\.docker\.internal|gateway\.docker\.internal)$/;

/** The hosts that a service is told to reach inside its network: names of one word. */
export function hostsIn({ workload }: ComposeService): Host[] {
  const variables = workload.variables.flatMap(({ name, source }): Host[] => {
    if (source.kind !== 'literal') return [];
    const { value, place } = source.text;
    return [hostOf(value) ?? []].flat().map((host) => ({ host, place, variable: name }));
  });
  const args = workload.command.flatMap(({ value, place }): Host[] => {
    const plain = /^([a-z][a-z0-9_-]*):\d{2,5}$/i.exec(value)?.[1];
    const host = plain ?? hostOf(value);
    return host === undefined ? [] : [{ host, place, variable: 'the command' }];
  });
  return [...variables, ...args].filter(({ host }) => isInside(host));
}

function hostOf(value: string): string | undefined {
  const authority = AUTHORITY.exec(value)?.[1];
  const host = authority?.replace(/:[^:]*$/, '');
  return host === '' ? undefined : host;
}

/** Names with dots are of the world outside; the loopback is the container itself. */
function isInside(host: string): boolean {
  return (
    isKnown(host) && /^[a-z0-9_-]+$/i.test(host) && !/^\d+$/.test(host) && !ELSEWHERE.test(host)
  );
}
