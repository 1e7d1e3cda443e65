import type { ServiceProcess } from './service-process.js';
import { rmSync } from 'node:fs';
import { stopPostgres } from '@fusion-prime/postgres-server';
import type { Places } from './places.js';

/** Services first, so that none meets a database that is gone; the server last, with a checkpoint. */
export async function stopPlatform(
  places: Places,
  services: readonly ServiceProcess[],
): Promise<void> {
  await Promise.all(services.map((service) => service.stop()));
  rmSync(places.services, { force: true });
  await stopPostgres(places.postgres);
}
