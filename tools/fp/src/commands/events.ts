import { showTarget } from '@fusion-prime/database/connection';
import { confirmLoss, confirmTarget } from '../confirm.js';
import { type CommonOptions, contextOf, isLocalTarget, type Context } from '../context.js';
import {
  changeParked,
  EVENT_STATUSES,
  openEvents,
  type Change,
  type ChangedEvent,
  type EventStatus,
  type OpenEvents,
} from '../events/stored-events.js';
import { withService, type ServiceProblem } from '../events/with-service.js';
import { counted, print, printJson, say, table } from '../output.js';
import { CommandRefused } from '../refusal.js';

export interface EventsOptions extends CommonOptions {
  service?: string[];
}
export interface ListOptions extends EventsOptions {
  status?: EventStatus[];
  limit: number;
}
export interface ChangeOptions extends EventsOptions {
  all?: boolean;
}

interface ServiceEvents extends OpenEvents {
  name: string;
  problem: ServiceProblem | null;
}
interface ServiceChange {
  name: string;
  changed: ChangedEvent[];
  problem: ServiceProblem | null;
}

const EXIT_NOTHING = 3;

/** What is under way, and what waits for a person, in every outbox and inbox. */
export async function list(options: ListOptions): Promise<number> {
  const context = await servicesOf(options);
  const { status: statuses = EVENT_STATUSES, limit } = options;
  const services: ServiceEvents[] = [];
  for (const database of context.databases) {
    const { result, problem } = await withService(database, {
      environment: context.environment,
      work: (client) => openEvents(client, { statuses, limit }),
    });
    services.push({ name: database.name, problem, ...(result ?? { counts: [], events: [] }) });
  }
  const exitCode = exitCodeOf(services);
  if (options.json === true) printJson({ command: 'events list', exitCode, services });
  else printEvents(services);
  return exitCode;
}

/** Parked events are tried again, as if they had just happened. */
export async function retry(options: ChangeOptions, ...eventIds: string[]): Promise<number> {
  const context = await servicesOf(options);
  const { env, yes } = options;
  await confirmTarget({ what: 'try events again', local: isHere(context), env, yes });
  return change(context, 'retry', options, eventIds);
}

/** Parked events are given up for good. */
export async function discard(options: ChangeOptions, ...eventIds: string[]): Promise<number> {
  const context = await servicesOf(options);
  const { env, yes } = options;
  const what = options.all === true ? 'give up every parked event' : 'give up events';
  await confirmLoss({ what, local: isHere(context), env, yes, word: 'discard' });
  return change(context, 'discard', options, eventIds);
}

async function change(
  context: Context,
  what: Change,
  options: ChangeOptions,
  eventIds: readonly string[],
): Promise<number> {
  if ((options.all === true) === eventIds.length > 0) {
    throw new CommandRefused('USAGE', 'name the events, or say --all; fp events list shows them');
  }
  const services: ServiceChange[] = [];
  for (const database of context.databases) {
    const { result, problem } = await withService(database, {
      environment: context.environment,
      changes: true,
      work: (client) => changeParked(client, what, options.all === true ? 'all' : eventIds),
    });
    services.push({ name: database.name, changed: result ?? [], problem });
  }
  const none = services.every(({ changed }) => changed.length === 0);
  const exitCode = exitCodeOf(services) || (none ? EXIT_NOTHING : 0);
  if (options.json === true) printJson({ command: `events ${what}`, exitCode, services });
  else printChanges(what, services);
  return exitCode;
}

/** Says first where it is about to look: as the service, not as whoever migrates. */
async function servicesOf({ service = [], only = [], ...rest }: EventsOptions): Promise<Context> {
  const context = await contextOf({ ...rest, only: [...only, ...service] });
  for (const { name, url, urlVariable } of context.databases) {
    say(`${name}: ${url === undefined ? `${urlVariable} is not set` : showTarget(url)}`);
  }
  return context;
}

function isHere({ databases }: Context): boolean {
  return databases.every(({ url }) => url === undefined || isLocalTarget(url));
}

function exitCodeOf(services: readonly { problem: ServiceProblem | null }[]): number {
  return services.find(({ problem }) => problem !== null)?.problem?.exitCode ?? 0;
}

function printEvents(services: readonly ServiceEvents[]): void {
  const rows = services.flatMap(({ name, events }) =>
    events.map((event) => [
      name,
      event.box,
      event.status,
      event.eventId,
      event.type,
      event.peer,
      event.aggregateId ?? '-',
      event.attempts === null ? '-' : String(event.attempts),
      event.since.slice(0, 19),
      event.lastError ?? '-',
    ]),
  );
  const head = ['SERVICE', 'BOX', 'STATUS', 'EVENT', 'TYPE', 'PEER', 'AGGREGATE', 'TRIES'];
  print(table([...head, 'SINCE (UTC)', 'LAST ERROR'], rows));
  for (const { name, counts, problem } of services) {
    if (problem !== null) say(`${problem.code} ${problem.message}`);
    for (const { box, status, count } of counts) {
      say(`${name}: ${counted(count, 'event')} ${status} in the ${box}`);
    }
  }
  if (services.every(({ counts, problem }) => counts.length === 0 && problem === null)) {
    say('nothing waits');
  }
}

function printChanges(what: Change, services: readonly ServiceChange[]): void {
  const word = what === 'retry' ? 'tried again' : 'given up';
  const rows = services.flatMap(({ name, changed }) =>
    changed.map(({ box, eventId, peer }) => [name, box, eventId, peer, word]),
  );
  print(table(['SERVICE', 'BOX', 'EVENT', 'PEER', 'NOW'], rows));
  for (const { problem } of services) {
    if (problem !== null) say(`${problem.code} ${problem.message}`);
  }
  if (rows.length === 0 && services.every(({ problem }) => problem === null)) {
    say('no such event is parked: fp events list shows what is');
  }
}
