import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_NAMES, snakeName, type ServiceName } from '@fusion-prime/kernel';
import type { FleetDatabase } from '@fusion-prime/migrator';
import { ensureIssuer } from '../issuer.js';
import { keepServiceToken } from './service-token.js';
import { keepSecret, READABLE, writeSecret } from './write-secret.js';

/** The server that the URLs will name. */
export interface ServerPlace {
  /** `postgres:5432`, as the containers beside it know it. */
  address: string;
  administrator: string;
}

const newPassword = (): string => randomBytes(24).toString('base64url');

/** Keys that one service alone has, beside what every service has. */
const OWN_KEYS: Partial<Record<ServiceName, readonly string[]>> = {
  // Seals the secrets of webhook subscriptions.
  settlement: ['webhook.key'],
};
const newKey = (): string => randomBytes(32).toString('base64');

/**
 * Makes what a platform on one machine has to keep secret, each once and never again. A folder for each
 * program, so that each can be given its own and no other's:
 *
 *   postgres/    password, admin_url         the server, and what makes databases on it
 *   fp/          <VARIABLE>… of the fleet    both roles of every database; the token issuer's keys
 *   <service>/   database_url, cursor.key, jwks.json; service.token of one that calls others
 *
 * A file that is there stays; one that was removed comes back with a new secret. A token is renewed when half
 * of its life is over.
 *
 * @returns how many files there are now
 */
export async function ensurePlatformSecrets(
  folder: string,
  databases: readonly FleetDatabase[],
  server: ServerPlace,
): Promise<number> {
  const password = keepSecret(join(folder, 'postgres', 'password'), newPassword, READABLE);
  // One that a person put there may hold anything.
  const adminUrl = `postgresql://${server.administrator}:${encodeURIComponent(password)}@${server.address}/postgres`;
  writeSecret({ file: join(folder, 'postgres', 'admin_url'), text: adminUrl });
  const issuerFolder = join(folder, 'fp');
  const { jwksFile } = await ensureIssuer(issuerFolder);
  const publicKeys = readFileSync(jwksFile, 'utf8');
  const counts = databases.map((database) =>
    ensureServiceSecrets(folder, database, { publicKeys, server }),
  );
  const ours = SERVICE_NAMES.filter((name) => databases.some((each) => each.name === name));
  for (const name of ours) counts.push(await ensureOwnSecrets(folder, name, issuerFolder));
  return counts.reduce((sum, count) => sum + count, SHARED_FILES);
}

/** What a service of this platform has, and one of another fleet has not. */
async function ensureOwnSecrets(
  folder: string,
  service: ServiceName,
  issuerFolder: string,
): Promise<number> {
  const keys = OWN_KEYS[service] ?? [];
  for (const key of keys) keepSecret(join(folder, service, key), newKey);
  const token = join(folder, service, 'service.token');
  return keys.length + (await keepServiceToken(token, issuerFolder, service));
}

/** The server's two, and the issuer's three. */
const SHARED_FILES = 5;

function ensureServiceSecrets(
  folder: string,
  database: FleetDatabase,
  { publicKeys, server }: { publicKeys: string; server: ServerPlace },
): number {
  const { name, urlVariable, migrateUrlVariable } = database;
  const urlOf = (role: string) => (): string =>
    `postgresql://${snakeName(name)}_${role}:${newPassword()}@${server.address}/${database.database}`;
  const variables = new Set([urlVariable, migrateUrlVariable]);
  // A fleet without migrateUrl has one role, which does both.
  const url = keepSecret(
    join(folder, 'fp', urlVariable),
    urlOf(variables.size > 1 ? 'app' : 'owner'),
  );
  if (variables.size > 1) keepSecret(join(folder, 'fp', migrateUrlVariable), urlOf('owner'));
  const own = (file: string): string => join(folder, name, file);
  writeSecret({ file: own('database_url'), text: url });
  writeSecret({ file: own('jwks.json'), text: publicKeys });
  keepSecret(own('cursor.key'), newPassword);
  return variables.size + 3;
}
