import { isIP } from 'node:net';
import { listenersOf } from '@fusion-prime/contracts';
import { isProduction } from '@fusion-prime/database/connection';
import type { Environment, ServiceName } from '@fusion-prime/kernel';
import { readAuthConfig } from './auth-config.js';
import type { AuthConfig } from './auth-config.js';
import { readEventsConfig } from '../events/events-config.js';
import type { EventsConfig } from '../events/events-config.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What every service is told, whatever it does. Frozen; read once. */
export interface ServiceConfig {
  readonly service: ServiceName;
  /** The IP address to listen on. */
  readonly host: string;
  readonly port: number;
  /** Anything but exactly NODE_ENV=development or test. */
  readonly production: boolean;
  /** FP_ENV, compared with the environment the database was made for. */
  readonly environment: string | undefined;
  readonly auth: AuthConfig;
  readonly logLevel: LogLevel;
  readonly requestTimeoutMs: number;
  readonly shutdownGraceMs: number;
  /** Requests per second and principal; undefined = no limit. */
  readonly rateLimitPerSecond: number | undefined;
  readonly metricsEnabled: boolean;
  readonly docsEnabled: boolean;
  /** Where this service's own token for calls to others lies; read again at each renewal. */
  readonly serviceTokenFile: string | undefined;
  /** Undefined for a service that neither sends events nor is sent any. */
  readonly events: EventsConfig | undefined;
  /** Signs page cursors; undefined = a key of this process only (development). */
  readonly cursorKey: string | undefined;
  /** Of what this process was built; shown by /health, so that a deployment can be proved. */
  readonly buildSha: string | undefined;
  /** Variables of today's deployments that are accepted and reported. */
  readonly reported: Readonly<Record<string, string>>;
}

const REPORTED = ['GCP_PROJECT', 'SETTLEMENT_SUBSCRIPTION'];
// In a container or behind a socket activator only the outside knows which interfaces count.
const EVERYWHERE = '0.0.0.0';
const MIN_CURSOR_KEY_LENGTH = 32;
const BUILD_SHA = /^[\w.-]{1,64}$/;

/** Read together with the database's, because each must be shorter than the one around it. */
export interface OuterTimeouts {
  requestTimeoutMs: number;
  shutdownGraceMs: number;
}

/** Reads everything but the database. Problems are added to `env`, never thrown here. */
export function readServiceConfig(
  env: Environment,
  service: { name: ServiceName; defaultPort: number },
  timeouts: OuterTimeouts,
): ServiceConfig {
  const production = isProduction(env.raw('NODE_ENV', { default: 'production' }));
  return Object.freeze({
    service: service.name,
    port: env.integer('PORT', { default: service.defaultPort, min: 1, max: 65_535 }),
    host: readHost(env),
    production,
    environment: env.text('FP_ENV'),
    auth: readAuthConfig(env, service.name),
    logLevel: env.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    requestTimeoutMs: timeouts.requestTimeoutMs,
    shutdownGraceMs: timeouts.shutdownGraceMs,
    rateLimitPerSecond: env.optionalInteger('RATE_LIMIT_PER_SECOND', { min: 1, max: 1_000_000 }),
    metricsEnabled: env.boolean('METRICS_ENABLED', true),
    docsEnabled: env.boolean('DOCS_ENABLED', true),
    serviceTokenFile: readServiceToken(env, service.name),
    events: readEventsConfig(env, service.name),
    cursorKey: readCursorKey(env, production),
    buildSha: readBuildSha(env),
    reported: readReported(env),
  });
}

/** Whoever sends events must say who it is. The token itself is read when it is shown: it is renewed. */
function readServiceToken(env: Environment, service: ServiceName): string | undefined {
  const { path } = readSecretFile(env, 'SERVICE_TOKEN_FILE', 1);
  if (listenersOf(service).length > 0 && env.raw('SERVICE_TOKEN_FILE') === undefined) {
    const hint = 'a file with a token that has the scope <listener>:events';
    env.problem('CFG_MISSING', 'SERVICE_TOKEN_FILE', 'is not set, and events are to be sent', hint);
  }
  return path;
}

/** An address, not a name: where a service listens must not depend on somebody's name server. */
function readHost(env: Environment): string {
  const text = env.raw('HOST', { default: EVERYWHERE });
  if (text === undefined || isIP(text) !== 0) return text ?? EVERYWHERE;
  env.problem('CFG_HOST', 'HOST', 'is not an IP address', '0.0.0.0, 127.0.0.1 or ::');
  return EVERYWHERE;
}

function readCursorKey(env: Environment, production: boolean): string | undefined {
  const { path, text } = readSecretFile(env, 'CURSOR_KEY_FILE', MIN_CURSOR_KEY_LENGTH);
  if (path !== undefined || env.raw('CURSOR_KEY_FILE') !== undefined) return text;
  const hint = `a file with at least ${String(MIN_CURSOR_KEY_LENGTH)} random characters, the same for all instances`;
  if (production) {
    env.problem('CFG_MISSING', 'CURSOR_KEY_FILE', 'is not set', hint);
  } else {
    env.warn(
      'CFG_CURSOR_KEY_EPHEMERAL',
      'CURSOR_KEY_FILE',
      'is not set: cursors end with the process',
      hint,
    );
  }
  return undefined;
}

function readSecretFile(
  env: Environment,
  name: string,
  minLength: number,
): { path: string | undefined; text: string | undefined } {
  const path = env.text(name, { form: 'file', secret: true });
  if (path === undefined) return { path, text: undefined };
  try {
    const text = env.readFile(path).trim();
    if (text.length < minLength) {
      env.problem(
        'CFG_FILE_TOO_SHORT',
        name,
        'holds too few characters',
        `at least ${String(minLength)}`,
      );
    }
    return { path, text };
  } catch {
    env.problem('CFG_FILE_UNREADABLE', name, 'cannot be read', 'the path of a readable file');
    return { path, text: undefined };
  }
}

/** A commit, or whatever names a build; it ends up in answers and labels. */
function readBuildSha(env: Environment): string | undefined {
  const text = env.text('FP_BUILD_SHA');
  if (text === undefined || BUILD_SHA.test(text)) return text;
  env.problem('CFG_BUILD_SHA', 'FP_BUILD_SHA', 'does not name a build', 'a commit, e.g. 8f8b0ba');
  return undefined;
}

function readReported(env: Environment): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of REPORTED) {
    const text = env.text(name);
    if (text !== undefined) found[name] = text;
  }
  return Object.freeze(found);
}
