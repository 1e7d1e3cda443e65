import { checkoutOf, stopPostgres } from '@fusion-prime/postgres-server';
import { readArguments } from './arguments.js';
import { databasesDown, databasesReset, databasesUp } from './databases-only.js';
import { placesOf, type Places } from './places.js';
import type { ServiceProcess } from './service-process.js';
import { startPlatform } from './start-platform.js';
import { stopPlatform } from './stop.js';
import { takeSupervisorLock } from './supervisor-lock.js';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

try {
  const { verb, reset, anyPort } = readArguments(process.argv.slice(2));
  const root = checkoutOf(process.cwd());
  if (root === null) throw new Error('this program runs inside a checkout of Fusion Prime');
  const places = placesOf(root);
  const release = takeSupervisorLock(places.lock);
  try {
    if (verb === 'start') await superviseUntilStopped(places, { reset, anyPort });
    if (verb === 'db-up') await databasesUp(places, say);
    if (verb === 'db-down') await databasesDown(places, say);
    if (verb === 'db-reset') await databasesReset(places, say);
  } finally {
    release();
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function superviseUntilStopped(
  places: Places,
  options: { reset: boolean; anyPort: boolean },
): Promise<void> {
  const stop = new AbortController();
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        stop.abort();
        resolve();
      });
    }
  });
  const services: ServiceProcess[] = [];
  if (options.reset) await stopPostgres(places.postgres);
  const starting = startPlatform({ places, ...options, say, signal: stop.signal, services });
  try {
    await Promise.race([starting.then(() => asked), asked]);
    say('\nstopping');
  } finally {
    await stopPlatform(places, services);
    // What a start says after it was interrupted is of no interest any more.
    await starting.catch(() => undefined);
    say('stopped; what you stored stays under .data/');
  }
}
