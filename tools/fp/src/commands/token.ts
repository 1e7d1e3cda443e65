import { SERVICE_NAMES, type ServiceName } from '@fusion-prime/kernel';
import { issuerFolder } from '../issuer-folder.js';
import { hasIssuer, mintToken } from '../issuer.js';
import { print, printJson } from '../output.js';
import { CommandRefused } from '../refusal.js';

interface TokenOptions {
  scope: string[];
  audience?: string[];
  subject: string;
  expiresIn: string;
  json?: boolean;
}

const SCOPE = /^([a-z][a-z-]*):(read|write|admin|events)$/;
const SECONDS: Record<string, number> = { s: 1, min: 60, m: 60, h: 3_600, d: 86_400 };
// A local token that is lost dies by itself.
const LONGEST_S = 30 * 86_400;

/** Prints a token of the local issuer, alone, so that `$(fp token …)` is one. */
export async function token(options: TokenOptions): Promise<number> {
  const { scope: scopes, subject } = options;
  const services = servicesOf(scopes);
  const audience = options.audience ?? services;
  const expiresInSeconds = secondsOf(options.expiresIn);
  const folder = issuerFolder();
  if (!hasIssuer(folder)) {
    const message = `there is no local issuer under ${folder}: run  npm start`;
    throw new CommandRefused('NO_ISSUER', message);
  }
  const text = await mintToken(folder, { scopes, audience, subject, expiresInSeconds });
  if (options.json === true)
    printJson({ token: text, audience, scopes, subject, expiresInSeconds });
  else print(text);
  return 0;
}

/**
 * `settlement:read,settlement:write,alert:read` is for settlement and alert. A scope of no service is refused
 * here: a service would say `insufficient-scope` to it, and nobody sees the letter that is missing.
 */
function servicesOf(scopes: readonly string[]): ServiceName[] {
  if (scopes.length === 0) throw notScope('');
  return [...new Set(scopes.map(serviceOf))];
}

function serviceOf(scope: string): ServiceName {
  const [, named] = SCOPE.exec(scope) ?? [];
  const service = SERVICE_NAMES.find((name) => name === named);
  if (service === undefined) throw notScope(scope);
  return service;
}

function notScope(scope: string): CommandRefused {
  const message = `"${scope}" is no scope: <service>:read, :write, :admin or :events of ${SERVICE_NAMES.join(', ')}`;
  return new CommandRefused('USAGE', message);
}

function secondsOf(text: string): number {
  const [, digits, unit = 's'] = /^(\d{1,8})(s|min|m|h|d)?$/.exec(text) ?? [];
  const seconds = Number(digits) * (SECONDS[unit] ?? 1);
  if (seconds > 0 && seconds <= LONGEST_S) return seconds;
  throw new CommandRefused('USAGE', `--expires-in ${text}: e.g. 900s, 15min, 8h; at most 30d`);
}
