import { variableOf } from '@fusion-prime/kernel';
import { runningLocalServices } from './local-services.js';
import { CommandRefused } from './refusal.js';

// Where the services listen unless told otherwise.
const DEFAULT_PORTS: Record<string, number> = {
  settlement: 4001,
  compliance: 4002,
  'risk-engine': 4003,
  alert: 4004,
  'price-oracle': 4005,
};

/** `SETTLEMENT_URL`: the variable that says where a service answers. */
export function urlVariable(name: string): string {
  return variableOf(name, 'URL');
}

/**
 * Where a service answers: what its variable says, else where this checkout's `npm start` put it, else its
 * own port on this machine; null when nobody knows.
 *
 * @throws {CommandRefused} when the variable holds no http URL.
 */
export function serviceUrl(name: string): string | null {
  const variable = urlVariable(name);
  const given = process.env[variable];
  if (given !== undefined) return checked(variable, given);
  const local = runningLocalServices().find((service) => service.name === name);
  if (local !== undefined) return local.url;
  const port = DEFAULT_PORTS[name];
  return port === undefined ? null : `http://127.0.0.1:${port}`;
}

/** Nothing but an origin: a path would be left out of every question, and credentials shown in the report. */
function checked(variable: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) {
    return url.origin;
  }
  throw new CommandRefused('NO_SERVICE_URL', `${variable} holds no URL such as http://HOST:PORT`);
}
