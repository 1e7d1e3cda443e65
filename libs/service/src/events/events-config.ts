import { listenersOf, subscriptionsOf } from '@fusion-prime/contracts';
import { variableOf } from '@fusion-prime/kernel';
import type { Environment, ServiceName } from '@fusion-prime/kernel';

export const EVENTS_TRANSPORTS = ['http', 'nats'] as const;

/** How a service's events get to others, and theirs to it. */
export interface EventsConfig {
  readonly transport: (typeof EVENTS_TRANSPORTS)[number];
  /** `nats://host:4222`, several with commas; with nats alone. */
  readonly natsUrl: string | undefined;
  readonly natsCredentialsFile: string | undefined;
  /** Where the services that listen to this one are; empty for a service that nobody listens to. */
  readonly listeners: Readonly<Partial<Record<ServiceName, string>>>;
}

const NATS_SCHEMES = new Set(['nats:', 'tls:']);
const HTTP_SCHEMES = new Set(['http:', 'https:']);

/** @returns undefined for a service that takes no part: it has no such variables */
export function readEventsConfig(env: Environment, service: ServiceName): EventsConfig | undefined {
  const listeners = listenersOf(service);
  if (listeners.length === 0 && subscriptionsOf(service).length === 0) return undefined;
  const transport = env.oneOf('EVENTS_TRANSPORT', EVENTS_TRANSPORTS, 'http');
  const natsUrl = readNatsUrl(env, transport === 'nats');
  const addresses = listeners.map((name) => [name, readAddress(env, name, transport === 'http')]);
  return Object.freeze({
    transport,
    natsUrl,
    natsCredentialsFile: readCredentialsFile(env),
    listeners: Object.freeze(Object.fromEntries(addresses) as EventsConfig['listeners']),
  });
}

/** `<SERVICE>_URL` of another service. */
function readAddress(env: Environment, service: ServiceName, required: boolean): string {
  const name = variableOf(service, 'URL');
  const hint = `the address of ${service}, e.g. http://${service}`;
  const text = readUrl(env, name, { schemes: HTTP_SCHEMES, hint });
  if (required && env.raw(name) === undefined) {
    env.problem('CFG_MISSING', name, 'is not set, and events are to be sent there', hint);
  }
  return text ?? '';
}

function readNatsUrl(env: Environment, required: boolean): string | undefined {
  const hint = 'nats://host:4222, or tls://host:4222; several with commas';
  const text = readUrl(env, 'NATS_URL', { schemes: NATS_SCHEMES, hint, several: true });
  if (required && env.raw('NATS_URL') === undefined) {
    env.problem('CFG_MISSING', 'NATS_URL', 'is not set, and EVENTS_TRANSPORT is nats', hint);
  }
  return text;
}

interface UrlForm {
  schemes: ReadonlySet<string>;
  hint: string;
  several?: boolean;
}

// A password in an address ends up in logs: NATS has a credentials file, services have tokens.
function readUrl(env: Environment, name: string, form: UrlForm): string | undefined {
  const text = env.text(name);
  if (text === undefined) return undefined;
  const parts = form.several === true ? text.split(',') : [text];
  const good = parts.every((part) => {
    const url = URL.canParse(part) ? new URL(part) : undefined;
    if (url === undefined || !form.schemes.has(url.protocol) || url.hostname === '') return false;
    return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  });
  if (good) return text;
  env.problem('CFG_URL', name, 'is not an address without a password in it', form.hint);
  return undefined;
}

function readCredentialsFile(env: Environment): string | undefined {
  const path = env.text('NATS_CREDENTIALS_FILE', { form: 'file', secret: true });
  if (path === undefined) return undefined;
  try {
    env.readFile(path);
  } catch {
    const hint = 'the path of a readable .creds file';
    env.problem('CFG_FILE_UNREADABLE', 'NATS_CREDENTIALS_FILE', 'cannot be read', hint);
  }
  return path;
}
