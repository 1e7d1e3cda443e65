import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '@fusion-prime/kernel';
import { freePort } from '@fusion-prime/postgres-server';
import { spawnService, type SpawnedService } from '@fusion-prime/testing';

export interface WatchedService {
  url: string;
  stop(): Promise<void>;
}

/**
 * A real process that is started again when it dies, as any platform does. Its pid stands in
 * `<folder>/<service>.pid`. With each start it gets the next of the environments, the last one for ever.
 */
export async function watchedService(
  service: ServiceName,
  environments: readonly Record<string, string>[],
  folder: string,
): Promise<WatchedService> {
  const port = String(await freePort());
  let stopping = false;
  let starts = 0;
  let running: SpawnedService;
  const start = async (): Promise<void> => {
    const vars = environments[Math.min(starts, environments.length - 1)] ?? {};
    starts += 1;
    running = await spawnService(service, { ...vars, PORT: port });
    writeFileSync(join(folder, `${service}.pid`), String(running.pid));
    void running.exited.then(() => (stopping ? undefined : start()));
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      stopping = true;
      await running.kill('SIGTERM');
    },
  };
}
