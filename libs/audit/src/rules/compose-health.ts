import { type Finding, finding } from '../finding.js';
import type { ComposeProject, ComposeService, HealthCheck } from '../model.js';
import { literalOf, type Subject } from '../subject.js';
import { isKnown } from '../text/holes.js';
import { isPostgres } from './compose-database.js';

interface Around {
  readonly subject: Subject;
  readonly project: ComposeProject;
}

/** Whoever waits for a container waits for its check; a check that cannot fail is none. */
export function judgeHealthChecks(service: ComposeService, { subject }: Around): Finding[] {
  const { workload, healthCheck } = service;
  const isServer = isPostgres(workload);
  if (!isServer && (subject.role !== 'service' || workload.kind === 'job')) return [];
  if (healthCheck === null || healthCheck.disabled) {
    const at = healthCheck?.place ?? service.place;
    return [finding('FP-CMP-002', at, `${workload.name} has no health check`)];
  }
  const found = isServer
    ? ofServer(service, healthCheck)
    : ofService(service, healthCheck, subject);
  return found.map((why) =>
    finding('FP-CMP-002', healthCheck.place, `the health check of ${workload.name} ${why}`),
  );
}

/** While the first start makes the cluster, the server answers on its socket already: only TCP tells. */
function ofServer(
  { workload }: ComposeService,
  { command, patienceSeconds }: HealthCheck,
): string[] {
  const words = command.map(({ value }) => value);
  const at = words.findIndex((word) => /(?:^|\/)(?:pg_isready|psql)$/.test(word));
  if (at < 0) return ['does not ask PostgreSQL'];
  const late = tooLate(patienceSeconds);
  if (late !== null) return [late];
  const option = (short: string, long: string): string | undefined => {
    const index = words.findIndex((word) => word === short || word === long);
    const joined = words.find((word) => word.startsWith(`${long}=`));
    return index >= 0 ? words[index + 1] : joined?.slice(long.length + 1);
  };
  const host = option('-h', '--host');
  const of = (name: string): string | undefined => literalOf(workload, name)?.value;
  const user = of('POSTGRES_USER') ?? 'postgres';
  const database = of('POSTGRES_DB') ?? user;
  const wrong = (said: string | undefined, expected: string, what: string): string[] =>
    said === undefined
      ? [`names no ${what}`]
      : said === expected || !isKnown(said + expected)
        ? []
        : [`asks for the ${what} ${said}, and it is ${expected}`];
  return [
    ...(host === undefined || host.startsWith('/')
      ? ['asks on the socket, which answers too early']
      : []),
    ...wrong(option('-U', '--username'), user, 'role'),
    ...wrong(option('-d', '--dbname'), database, 'database'),
  ];
}

// A service waits a minute for its database; whoever waits for the service gives up after five.
const LEAST_SECONDS = 60;
const MOST_SECONDS = 300;

function tooLate(seconds: number | null): string | null {
  if (seconds === null) return 'has a time that is none';
  return seconds > MOST_SECONDS ? `finds out after ${seconds} s that something is ill` : null;
}

function checkPatience(seconds: number | null): string | null {
  if (seconds !== null && seconds < LEAST_SECONDS) {
    return `gives up after ${seconds} s, and the service waits ${LEAST_SECONDS} s for its database`;
  }
  return tooLate(seconds);
}

function ofService(
  { workload, published }: ComposeService,
  { command, patienceSeconds }: HealthCheck,
  { manifest }: Subject,
): string[] {
  const line = command.map(({ value }) => value).join(' ');
  if (manifest !== null && !/\/health\/ready(?![\w/])/.test(line))
    return ['does not ask /health/ready'];
  const patience = checkPatience(patienceSeconds);
  if (patience !== null) return [patience];
  if (/^(?:true|exit 0|:|echo\b.*)$/.test(line.trim()) || line.trim() === '')
    return ['cannot fail'];
  const listens = literalOf(workload, 'PORT')?.value ?? String(manifest?.port ?? '');
  const asks = /:\/\/[^/\s'"`]+?:(\d+)/.exec(line)?.[1];
  const targets = published.flatMap(
    ({ value }) => /(?:^|:)(\d+)(?:\/tcp)?$/.exec(value)?.[1] ?? [],
  );
  const known = listens !== '' && isKnown(listens);
  return [
    ...(known && asks !== undefined && asks !== listens
      ? [`asks port ${asks}, and the service listens on ${listens}`]
      : []),
    ...(known ? targets : [])
      .filter((target) => target !== listens)
      .map((target) => `is of port ${listens}, and port ${target} is published`),
  ];
}
