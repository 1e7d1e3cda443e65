import { showTarget, type DatabaseTarget } from '@fusion-prime/database/connection';
import {
  createDatabases,
  dropDatabases,
  listDatabases,
  type DatabaseSpec,
  type FleetDatabase,
} from '@fusion-prime/migrator';
import { adminTarget } from '../admin-target.js';
import { confirmLoss, confirmTarget } from '../confirm.js';
import { type CommonOptions, contextOf, isLocalTarget, URL_FORM } from '../context.js';
import { print, printJson, say, table } from '../output.js';
import { CommandRefused } from '../refusal.js';

interface AdminOptions extends CommonOptions {
  adminUrlVariable: string;
  /** Of `create` alone. */
  existing?: boolean;
}

const LOCAL_ENVIRONMENT = 'development';

export async function create(options: AdminOptions): Promise<number> {
  const context = await contextOf(options);
  const admin = adminTarget(options, context);
  say(`target: ${showTarget(admin)}`);
  const local = isLocalTarget(admin);
  const specs = await Promise.all(context.databases.map(specOf));
  const verb = options.existing === true ? 'create or take over' : 'create';
  const what = `${verb} ${specs.map(({ database }) => database).join(', ')}`;
  await confirmTarget({ what, local, env: options.env, yes: options.yes });
  const environment = context.environment ?? LOCAL_ENVIRONMENT;
  const created = await createDatabases(admin, specs, {
    environment,
    existing: options.existing === true,
  });
  if (options.json === true) {
    printJson({ command: 'databases create', exitCode: 0, databases: created });
    return 0;
  }
  const rows = created.map((one) => [
    one.service,
    one.database,
    one.created ? 'created' : one.formerOwner === null ? 'was there' : 'taken over',
    one.environment,
  ]);
  print(table(['SERVICE', 'DATABASE', 'STATE', 'ENVIRONMENT'], rows));
  return 0;
}

export async function list(options: AdminOptions): Promise<number> {
  const context = await contextOf(options);
  const admin = adminTarget(options, context);
  say(`target: ${showTarget(admin)}`);
  const databases = await listDatabases(admin);
  if (options.json === true) {
    printJson({ command: 'databases list', exitCode: 0, databases });
    return 0;
  }
  const rows = databases.map((one) => [
    one.database,
    one.owner,
    one.service ?? '-',
    one.environment ?? '-',
    `${(one.sizeBytes / 1024 / 1024).toFixed(1)} MiB`,
    String(one.connections),
  ]);
  print(table(['DATABASE', 'OWNER', 'SERVICE', 'ENVIRONMENT', 'SIZE', 'CONNECTIONS'], rows));
  return 0;
}

export async function drop(options: AdminOptions): Promise<number> {
  const context = await contextOf(options);
  const admin = adminTarget(options, context);
  say(`target: ${showTarget(admin)}`);
  const specs = await Promise.all(context.databases.map(specOf));
  const what = `drop ${specs.map(({ database }) => database).join(', ')} with all their data`;
  const { env, yes } = options;
  await confirmLoss({ what, local: isLocalTarget(admin), env, yes, word: 'drop' });
  await demandEnvironment(admin, { specs, environment: context.environment });
  const dropped = await dropDatabases(
    admin,
    specs.map(({ database, owner, app }) => ({ database, roles: [app.user, owner.user] })),
  );
  if (options.json === true) printJson({ command: 'databases drop', exitCode: 0, dropped });
  else print(dropped.length === 0 ? 'nothing was there' : `dropped ${dropped.join(', ')}`);
  return 0;
}

/** A proxy makes production look local: what the database says of itself counts. */
async function demandEnvironment(
  admin: DatabaseTarget,
  { specs, environment }: { specs: DatabaseSpec[]; environment: string | undefined },
): Promise<void> {
  const meant = environment ?? LOCAL_ENVIRONMENT;
  const names = specs.map(({ database }) => database);
  const stranger = (await listDatabases(admin)).find(
    (one) => names.includes(one.database) && one.environment !== null && one.environment !== meant,
  );
  if (stranger === undefined) return;
  throw new CommandRefused(
    'NOT_CONFIRMED',
    `${stranger.database} belongs to ${stranger.environment}, not to ${meant}: nothing was dropped`,
  );
}

/** The two URLs of a database say which roles it has, and their passwords. */
async function specOf(entry: FleetDatabase): Promise<DatabaseSpec> {
  const { name, database, url, migrateUrl, urlVariable, migrateUrlVariable } = entry;
  if (url === undefined || migrateUrl === undefined) {
    const missing = url === undefined ? urlVariable : migrateUrlVariable;
    throw new CommandRefused('NO_TARGET', `${name}: ${missing} is not set: ${URL_FORM}`);
  }
  if (url.database !== migrateUrl.database) {
    const message = `${name}: ${urlVariable} and ${migrateUrlVariable} name different databases`;
    throw new CommandRefused('NO_TARGET', message);
  }
  return {
    service: name,
    database: url.database || database,
    owner: { user: migrateUrl.user, password: await migrateUrl.password() },
    app: { user: url.user, password: await url.password() },
  };
}
