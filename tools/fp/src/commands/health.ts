import { fleetStatus, type DatabaseStatus } from '@fusion-prime/migrator';
import { type CommonOptions, contextOf } from '../context.js';
import { print, printJson, say, table } from '../output.js';
import { serviceUrl } from '../service-urls.js';
import { sayTargets } from '../targets.js';
import { sayProblems } from './migrate-read.js';

interface ServiceHealth {
  name: string;
  /** Null when nobody knows where it is. */
  url: string | null;
  /** HTTP status of /health/ready; null when nothing answered. */
  status: number | null;
  ready: boolean;
  reason: string | null;
}

const EXIT_UNREACHABLE = 9;
const EXIT_PENDING = 3;
const READY_TIMEOUT_MS = 2_000;
const SILENT_SERVICE =
  'a service that does not answer:  npm start  , or say where it listens, e.g. SETTLEMENT_URL=http://HOST:PORT';

/** Asks every service whether it is ready, and every database where it stands. */
export async function health(options: CommonOptions): Promise<number> {
  const context = await contextOf(options);
  sayTargets(context);
  const { only = [], skip = [] } = options;
  const [{ databases }, services] = await Promise.all([
    fleetStatus(context.fleet, { only, skip, environment: context.environment }),
    Promise.all(context.databases.map(({ name }) => ask(name))),
  ]);
  const exitCode = exitCodeOf(databases, services);
  if (options.json === true) {
    printJson({ command: 'health', exitCode, services, databases });
    return exitCode;
  }
  const rows = databases.map((database, index) => {
    const service = services[index];
    return [
      database.name,
      service === undefined ? '-' : `${service.ready ? 'ready' : (service.reason ?? 'not ready')}`,
      service?.url ?? '-',
      database.state,
      `${database.applied}/${database.total}`,
    ];
  });
  print(table(['SERVICE', 'HEALTH', 'URL', 'DATABASE', 'MIGRATIONS'], rows));
  sayProblems(databases);
  if (services.some(({ status }) => status === null)) say(SILENT_SERVICE);
  return exitCode;
}

function exitCodeOf(
  databases: readonly DatabaseStatus[],
  services: readonly ServiceHealth[],
): number {
  const refused = databases.find(({ problem }) => problem !== null)?.problem;
  if (refused !== undefined && refused !== null) return refused.exitCode;
  if (databases.some(({ state }) => state === 'pending')) return EXIT_PENDING;
  return services.every(({ ready }) => ready) ? 0 : EXIT_UNREACHABLE;
}

async function ask(name: string): Promise<ServiceHealth> {
  const base = serviceUrl(name);
  if (base === null) {
    return { name, url: null, status: null, ready: false, reason: 'NO_SERVICE_URL' };
  }
  const url = new URL('/health/ready', base).href;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
    const reason = answer.ok ? null : firstReason(await answer.text());
    return { name, url, status: answer.status, ready: answer.ok, reason };
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code;
    const reason = cause ?? (error as Error).name;
    return { name, url, status: null, ready: false, reason };
  }
}

/** The first reason code of a probe's answer, whatever shape its details have. */
function firstReason(body: string): string {
  return /"code"\s*:\s*"([A-Z_]+)"/.exec(body)?.[1] ?? 'not ready';
}
