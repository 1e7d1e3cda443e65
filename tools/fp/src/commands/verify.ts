import pc from 'picocolors';
import { type CommonOptions, offlineFleet } from '../context.js';
import { onInterruption } from '../interruption.js';
import { runningLocalServices } from '../local-services.js';
import { counted, print, printJson, say, table } from '../output.js';
import { CommandRefused } from '../refusal.js';
import { serviceUrl, urlVariable } from '../service-urls.js';
import type { CheckName } from '../verify/checks.js';
import { credentials } from '../verify/credentials.js';
import { byCommand, killLocally, type NewInstance } from '../verify/new-instance.js';
import { serviceClient } from '../verify/service-client.js';
import { type VerifiedService, verifyService } from '../verify/verify-service.js';

export interface VerifyOptions extends CommonOptions {
  buildSha?: string;
  tokenFile?: string;
  restartCommand?: string;
  /** False with --no-persistence. */
  persistence: boolean;
  wait: number;
}

const EXIT_NOT_PROVED = 15;
const EXIT_INTERRUPTED = 143;

/** After a deployment: is every service the one that was meant, on its own database, and does it keep what it is told? */
export async function verify(options: VerifyOptions): Promise<number> {
  const { databases } = await offlineFleet(options);
  const services = databases.map(({ name }) => ({ name, url: demandUrl(name) }));
  const waitMs = options.wait * 1000;
  const { signal } = onInterruption(false, 'interrupted: taking the canaries away');
  const newInstance = newInstanceOf({ ...options, waitMs, signal }, services);
  const names = services.map(({ name }) => name);
  const shown = await credentials(names, options.tokenFile);
  for (const { name, url } of services) say(`${name}: ${url}`);
  const environment = options.env ?? process.env['FP_ENV'];
  const verified = await Promise.all(
    services.map(({ name, url }) =>
      verifyService({
        client: serviceClient(url, shown),
        expected: { service: name, buildSha: options.buildSha, environment },
        waitMs,
        newInstance,
        signal,
      }),
    ),
  );
  const proved = verified.every(({ ok }) => ok);
  const exitCode = proved ? 0 : signal.aborted ? EXIT_INTERRUPTED : EXIT_NOT_PROVED;
  if (options.json === true) {
    printJson({
      command: 'verify',
      exitCode,
      persistence: newInstance !== null,
      services: verified,
    });
  } else {
    show(verified, newInstance !== null);
  }
  return exitCode;
}

function demandUrl(name: string): string {
  const url = serviceUrl(name);
  if (url !== null) return url;
  throw new CommandRefused('NO_SERVICE_URL', `${name}: set ${urlVariable(name)}=http://HOST:PORT`);
}

interface NewInstanceOptions extends Pick<VerifyOptions, 'persistence' | 'restartCommand'> {
  waitMs: number;
  signal: AbortSignal;
}

/** The proof must not be left out by mistake: without a way to it, it is refused or declined by name. */
function newInstanceOf(
  { persistence, restartCommand, waitMs, signal }: NewInstanceOptions,
  services: readonly { name: string; url: string }[],
): NewInstance | null {
  if (!persistence) return null;
  if (restartCommand !== undefined) return byCommand(restartCommand, waitMs, signal);
  const local = runningLocalServices();
  const isLocal = ({ name, url }: { name: string; url: string }): boolean =>
    local.some((one) => one.name === name && one.url === url);
  if (services.every(isLocal)) return killLocally;
  throw new CommandRefused(
    'NO_RESTART',
    'to prove persistence a new instance has to be made, and no npm start of this checkout runs these services: start it, or --restart-command "…" (it gets FP_SERVICE), or --no-persistence',
  );
}

const COLUMNS: readonly CheckName[] = [
  'ready',
  'build',
  'engine',
  'identity',
  'migrations',
  'persistence',
];

function show(services: readonly VerifiedService[], proved: boolean): void {
  const rows = services.map(({ name, checks }) => [
    name,
    ...COLUMNS.map((column) => {
      const check = checks.find((one) => one.name === column);
      return check === undefined ? '-' : check.ok ? check.detail : 'WRONG';
    }),
  ]);
  print(table(['SERVICE', ...COLUMNS.map((column) => column.toUpperCase())], rows));
  for (const { name, checks } of services) {
    for (const { ok, code, detail } of checks) {
      if (!ok) say(`${pc.red(name)}: ${code} ${detail}`);
    }
  }
  const wrong = services.filter(({ ok }) => !ok);
  const slowest = Math.max(...services.map(({ durationMs }) => durationMs));
  const time = `${(slowest / 1000).toFixed(1)} s`;
  if (wrong.length > 0) {
    say(pc.red(`not proved: ${wrong.map(({ name }) => name).join(', ')} (${time})`));
  } else if (proved) {
    say(`${counted(services.length, 'service')} proved in ${time}`);
  } else {
    say(`${counted(services.length, 'service')} as meant (${time}); persistence was not proved`);
  }
}
