import type { ComposeService, Place } from '../model.js';
import { isKnown } from '../text/holes.js';

export interface Host {
  readonly host: string;
  /** null where the scheme's own holds. */
  readonly port: string | null;
  readonly place: Place;
  /** The variable, or the argument, that names it. */
  readonly variable: string;
}

// A URL's authority, behind the user and the password.
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#@]*)/i;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+)$/i;
const OF_DATABASE = /^\s*postgres[+\w]*:/i;
const ELSEWHERE = /^(?:host\.docker\.internal|gateway\.docker\.internal)$/;

/** The hosts that a service is told to reach inside its network: names of one word. */
export function hostsIn({ workload, networks }: ComposeService): Host[] {
  const variables = workload.variables.flatMap(({ name, source }): Host[] => {
    if (source.kind !== 'literal') return [];
    const { value, place } = source.text;
    // Browsers are told localhost as well; a database there is inside the container, or nowhere.
    const told = hostsOf(value).filter(
      ({ host }) => !LOOPBACK.test(host) || (networks !== null && OF_DATABASE.test(value)),
    );
    return told.map((one) => ({ ...one, place, variable: name }));
  });
  const args = workload.command.flatMap(({ value, place }): Host[] => {
    // `--server postgres:5432`
    const [, host, port] = /^([a-z][a-z0-9_-]*):(\d\w*)$/i.exec(value) ?? [];
    const plain = host === undefined || port === undefined ? [] : [{ host, port }];
    const told = [...plain, ...hostsOf(value)].filter(({ host }) => !LOOPBACK.test(host));
    return told.map((one) => ({ ...one, place, variable: 'the command' }));
  });
  return [...variables, ...args].filter(({ host }) => isInside(host));
}

function hostsOf(value: string): Pick<Host, 'host' | 'port'>[] {
  const authority = AUTHORITY.exec(value)?.[1] ?? '';
  const [host = '', port = null] = authority.split(':');
  // A password with a `#` in it ends the authority early, and is no port.
  if (host === '' || authority.startsWith('[') || !/^\d*$/.test(port ?? '')) return [];
  return [{ host, port }];
}

/** Names with dots are of the world outside; the loopback is the container itself. */
function isInside(host: string): boolean {
  if (LOOPBACK.test(host)) return true;
  return (
    isKnown(host) && /^[a-z0-9_-]+$/i.test(host) && !/^\d+$/.test(host) && !ELSEWHERE.test(host)
  );
}
