import { rmSync } from 'node:fs';
import { ensureIssuer } from '@fusion-prime/fp/issuer';
import { fleetStatus } from '@fusion-prime/migrator';
import colors from 'picocolors';
import { endLeftovers, rememberServices } from './leftovers.js';
import { startLocalServer, type LocalDatabases } from './local-databases.js';
import { migrateLocally } from './migrate.js';
import type { Places } from './places.js';
import { provision } from './provision.js';
import { servicePlans } from './service-plans.js';
import { ServiceProcess, type Say } from './service-process.js';
import { firstSteps, platformTable } from './table.js';

export interface StartOptions {
  places: Places;
  reset: boolean;
  anyPort: boolean;
  say: Say;
  signal: AbortSignal;
  /** Filled as services are started, so that a start that is interrupted can stop them too. */
  services: ServiceProcess[];
}

/** From nothing to five services that are ready, or an error that says what is in the way. */
export async function startPlatform(options: StartOptions): Promise<void> {
  const { places, reset, say, services, signal } = options;
  const startedAt = performance.now();
  const seconds = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  if (reset) rmSync(places.postgres, { recursive: true, force: true });

  const local = await startLocalServer(places);
  const { port, pid, attached } = local.server;
  say(`PostgreSQL  127.0.0.1:${port} (pid ${pid}), ${attached ? 'found running' : 'started'}`);
  await provision(local);
  say(`databases   ${local.fleet.databases.map(({ database }) => database).join(', ')}`);
  say('migrations  in turn');
  const applied = await migrateLocally(local.fleet, say, signal);
  const changed = [...applied.values()].reduce((sum, count) => sum + count, 0);
  say(changed === 0 ? '  nothing to do' : `  ${changed} applied`);

  await startServices(options, local);
  say('services    waiting until each is ready');
  await Promise.all(
    services.map(async (service) => {
      await service.ready();
      say(`  ${service.plan.name} ready after ${seconds()}`);
    }),
  );
  if (signal.aborted) return;
  say(`\n${await table(local, services)}`);
  say(colors.green(`five services ready in ${seconds()}`));
  say(firstSteps(services[0]?.url ?? ''));
}

async function startServices(
  { places, anyPort, say, services, signal }: StartOptions,
  { fleet, variables }: LocalDatabases,
): Promise<void> {
  const ended = await endLeftovers(places.services);
  if (ended > 0) say(`services    ${ended} of an earlier start were still running and are ended`);
  const { issuer } = await ensureIssuer(places.auth);
  const plans = await servicePlans({ places, fleet, variables, issuer, anyPort });
  signal.throwIfAborted();
  const remember = (): void => rememberServices(places.services, services);
  for (const plan of plans) services.push(new ServiceProcess(plan, places.logs, say, remember));
  for (const service of services) service.start();
}

async function table(
  { fleet }: LocalDatabases,
  services: readonly ServiceProcess[],
): Promise<string> {
  const { databases } = await fleetStatus(fleet);
  const statusOf = new Map(databases.map((status) => [status.name, status]));
  return platformTable(
    services.map(({ plan, url }) => {
      const status = statusOf.get(plan.name);
      const database = fleet.databases.find(({ name }) => name === plan.name)?.database ?? '?';
      return {
        name: plan.name,
        url,
        database,
        migrations: `${status?.applied ?? 0}/${status?.total ?? 0}`,
      };
    }),
  );
}
