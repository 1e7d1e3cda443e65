/** What `sslmode` may say. `prefer` and `allow` fall back to clear text without a word, so they are refused. */
export const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/**
 * Where a database is, as discrete fields: node-postgres gets these and never a URL, because its own
 * parser turns an empty string, or `sqlite:///x.db`, into localhost and the user of the machine.
 */
export interface DatabaseTarget {
  readonly kind: 'tcp' | 'socket' | 'cloudsql-socket';
  /** A host name or address; for a socket the absolute DIRECTORY of the socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Asked for every new connection: it reads a `*_FILE` again, so a rotated password is picked up. */
  readonly password: () => Promise<string>;
  readonly sslmode: SslMode;
  /** Path of a PEM file with the certificate authorities to trust. */
  readonly sslrootcert?: string;
  readonly applicationName?: string;
}

/** Whose rules hold: a service in production, a service on a laptop, or the `fp` tool. */
export type Audience = 'service-production' | 'service-development' | 'tool';

/** Anything but exactly `development` or `test` is production: a forgotten NODE_ENV must be the strict one. */
export function isProduction(nodeEnv: string | undefined): boolean {
  return nodeEnv !== 'development' && nodeEnv !== 'test';
}

/**
 * The rules for a process: `development` and `test` relax them for everybody; otherwise `fp` may still
 * speak to a loopback address in clear, because that is where the Cloud SQL proxy listens.
 */
export function audienceOf(nodeEnv: string | undefined, program: 'service' | 'tool'): Audience {
  if (!isProduction(nodeEnv)) return 'service-development';
  return program === 'tool' ? 'tool' : 'service-production';
}

/**
 * The target as people may see it: never the password.
 *
 * @example showTarget(target) === 'postgresql://app:***@db.internal:5432/settlement_db'
 */
export function showTarget(target: DatabaseTarget): string {
  const user = encodeURIComponent(target.user);
  const database = encodeURIComponent(target.database);
  if (target.kind !== 'tcp') return `postgresql://${user}:***@/${database}?host=${target.host}`;
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return `postgresql://${user}:***@${host}:${target.port}/${database}`;
}
