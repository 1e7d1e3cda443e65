import { type Command, InvalidArgumentError } from 'commander';
import { common, count, list, run } from './options.js';

const STATUSES = ['pending', 'parked', 'retry'];
const DEFAULT_LIMIT = 100;

/** What a person decides about events that nobody could take. */
export function addEvents(program: Command): void {
  const events = program.command('events').description('events that are under way, or parked');
  const load = () => import('../commands/events.js');
  const ofServices = (command: Command): Command =>
    common(command).option('--service <names>', 'these services alone', list);
  ofServices(events.command('list').description('what waits in every outbox and inbox'))
    .option('--status <names>', `of ${STATUSES.join(', ')}; default: all`, statuses)
    .option('--limit <n>', 'events of each box; the counts are of all', count, DEFAULT_LIMIT)
    .action(run(async () => (await load()).list));
  ofServices(events.command('retry').description('have parked events tried again'))
    .argument('[events...]', 'ids')
    .option('--all', 'every parked event of these services')
    .action(run(async () => (await load()).retry));
  ofServices(events.command('discard').description('give parked events up for good'))
    .argument('[events...]', 'ids')
    .option('--all', 'every parked event of these services')
    .action(run(async () => (await load()).discard));
}

function statuses(text: string, before: string[] = []): string[] {
  const names = list(text, before);
  if (names.some((name) => !STATUSES.includes(name))) {
    throw new InvalidArgumentError(`some of ${STATUSES.join(', ')}`);
  }
  return names;
}
