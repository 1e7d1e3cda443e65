import type { Action, Check, Text } from '../model.js';
import { flagOf } from '../shell/flag.js';
import type { ShellCommand } from '../shell/script.js';
import { unwrapped } from '../shell/unwrap.js';
import { pinned } from '../text/traced.js';
import { flagNamed, type GcloudCommand, pairs, readGcloud } from './command.js';
import { workloadOf } from './workload.js';

/** What a command does that the audit wants to know; none for everything else. */
export function actionsOf({ words, decisive }: ShellCommand, target: string): Action[] {
  const gcloud = readGcloud(words);
  if (gcloud !== null) {
    const action = gcloudAction(gcloud, { target, decisive });
    return action === null ? [] : [action];
  }
  const [first] = words;
  const what = checkOf(words.map(({ value }) => value));
  return what === null || first === undefined
    ? []
    : [{ kind: 'check', place: first.place, what, decisive, environment: flagOf(words, '--env') }];
}

function gcloudAction(
  command: GcloudCommand,
  { target, decisive }: { target: string; decisive: boolean },
): Action | null {
  const { verb, place, names } = command;
  const workload = workloadOf(command, target);
  if (workload !== null) return { kind: 'deploy', place, workload, decisive };
  const [name = null] = names;
  switch (verb) {
    case 'run services replace':
    case 'run jobs replace':
      return {
        kind: 'replace',
        place,
        file: name,
        region: flagNamed(command, 'region')?.value ?? null,
        decisive,
        paths: [],
      };
    case 'run services update-traffic':
      return {
        kind: 'traffic',
        place,
        service: name,
        tags: tagsOf(command),
        all: getsAll(command),
        decisive,
      };
    case 'run jobs execute':
      return {
        kind: 'execute',
        place,
        job: name,
        waits: flagNamed(command, 'wait') !== undefined,
        decisive,
      };
    case 'sql import sql':
    case 'sql export sql':
    case 'sql backups create': {
      const instance = flagNamed(command, 'instance')?.value ?? name;
      return instance === null ? null : { kind: 'instance', place, instance, does: verb };
    }
    default:
      return null;
  }
}

/** Whether every request goes where the command says. */
function getsAll(command: GcloudCommand): boolean {
  if (flagNamed(command, 'to-latest') !== undefined) return true;
  const shares = flagNamed(command, 'to-tags', 'to-revisions')?.value;
  if (shares == null) return false;
  const percents = pairs(shares).map(({ value }) => Number(value?.value ?? Number.NaN));
  return percents.reduce((sum, one) => sum + one, 0) === 100;
}

/** `--to-tags=candidate=100` */
function tagsOf(command: GcloudCommand): Text[] | null {
  const value = flagNamed(command, 'to-tags')?.value;
  return value == null ? null : pairs(value).map(({ key }) => key);
}

// What stands before `fp` where it is not called by itself.
const STARTS_FP = /(?:^|\/)(?:node|npx|npm|docker|docker-compose|podman|kubectl)$/;
const OF_FP: Readonly<Record<string, Check>> = {
  audit: 'audit',
  verify: 'verify',
  'migrate up': 'migrate',
  'migrate verify-export': 'verify-export',
  'migrate backup': 'backup',
};

/** Tests under the names that test runners have; migrations under those of `fp` and of other tools. */
const OTHERS: readonly [RegExp, Check][] = [
  [/^(?:\S*\/)?(?:npm|pnpm|yarn)(?: run)? (?:test|t)(?:[: ]|$)/, 'test'],
  [/(?:^|[ /])(?:jest|vitest|mocha|pytest|tox)(?: |$)/, 'test'],
  [/^(?:\S*\/)?(?:go|cargo|make|mvn|gradle|dotnet) test(?: |$)/, 'test'],
  [/(?:^|[ /])nx .*(?:-t|--targets?)[ =](?:[^\s,]+[ ,])*test(?:[ ,]|$)/, 'test'],
  [/(?:^|[ /])alembic upgrade /, 'migrate'],
  [
    /(?:^|[ /])(?:prisma migrate deploy|typeorm migration:run|flyway migrate|dbmate up)(?: |$)/,
    'migrate',
  ],
  [/(?:^|[ /])(?:npm|pnpm|yarn)(?: run)? migrate(?: |$)/, 'migrate'],
];

// Whoever starts tests or migrations says so early; patterns are not asked about a line of half a megabyte.
const MOST_WORDS = 100;
const MOST_CHARACTERS = 2_000;

/** What a command line checks, wherever in it the program stands: `docker run --rm IMAGE fp audit` too. */
export function checkOf(words: readonly string[]): Check | null {
  const at = words.findIndex((word) => /(?:^|\/)fp(?:\.mjs)?$/.test(word));
  if (at === 0 || (at > 0 && STARTS_FP.test(words[0] ?? ''))) {
    const [verb = '', second = ''] = words.slice(at + 1).filter((word) => !word.startsWith('-'));
    return OF_FP[verb] ?? OF_FP[`${verb} ${second}`] ?? null;
  }
  const line = words.slice(0, MOST_WORDS).join(' ').slice(0, MOST_CHARACTERS);
  return OTHERS.find(([form]) => form.test(line))?.[1] ?? null;
}

/**
 * What a container's command comes to: whether it migrates, and whether that is all. `alembic upgrade head &&
 * uvicorn app` migrates and goes on.
 */
export function migrationIn(command: readonly Text[]): 'none' | 'all' | 'before' {
  const words = command.map(({ value, place }) => pinned(value, place));
  const programs = unwrapped({ words, variables: new Map(), decisive: true });
  const migrates = programs.map(
    (one) => checkOf(one.words.map(({ value }) => value)) === 'migrate',
  );
  if (migrates.at(-1) === true) return 'all';
  return migrates.includes(true) ? 'before' : 'none';
}
