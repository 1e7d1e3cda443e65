import type { Place } from '../model.js';
import { slice, split, type Traced } from '../text/traced.js';

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  readonly place: Place;
  readonly value: Traced | null;
}

/** A call of gcloud: `gcloud run deploy settlement --image=…`. */
export interface GcloudCommand {
  readonly place: Place;
  /** Group and verb: `run deploy`, `run services update`. */
  readonly verb: string;
  /** What is named after the verb. */
  readonly names: readonly Traced[];
  readonly flags: readonly Flag[];
}

// Each knows how many words of it are the verb; the rest are names.
const VERBS = [
  'run deploy',
  'run services replace',
  'run services update-traffic',
  'run services update',
  'run services describe',
  'run services delete',
  'run jobs deploy',
  'run jobs create',
  'run jobs update',
  'run jobs replace',
  'run jobs execute',
  'run jobs describe',
  'sql import sql',
  'sql export sql',
  'sql backups create',
];
const TRACKS = ['alpha', 'beta'];
/** Flags that take no value; every other one takes the next word when it has no `=`. */
const SWITCHES = new Set([
  'allow-unauthenticated',
  'async',
  'automatic-updates',
  'cpu-boost',
  'cpu-throttling',
  'default-url',
  'deploy-health-check',
  'dry-run',
  'execute-now',
  'gpu-zonal-redundancy',
  'help',
  'iap',
  'invoker-iam-check',
  'log-http',
  'quiet',
  'session-affinity',
  'to-latest',
  'traffic',
  'use-http2',
  'user-output-enabled',
  'wait',
]);
const SHORT: Readonly<Record<string, string>> = { q: 'quiet', h: 'help' };

/** Reads the words of a command; null when it is no call of gcloud that deployments are made with. */
export function readGcloud(words: readonly Traced[]): GcloudCommand | null {
  const [program, ...rest] = words;
  if (program === undefined || !/(^|\/)gcloud$/.test(program.value)) return null;
  const { names, flags } = sorted(rest);
  const path = TRACKS.includes(names[0]?.value ?? '') ? names.slice(1) : names;
  const said = path.map(({ value }) => value).join(' ');
  const verb = VERBS.find((one) => said === one || said.startsWith(`${one} `));
  if (verb === undefined) return null;
  return { place: program.place, verb, names: path.slice(verb.split(' ').length), flags };
}

function sorted(words: readonly Traced[]): { names: Traced[]; flags: Flag[] } {
  const names: Traced[] = [];
  const flags: Flag[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined) break;
    // What follows belongs to another program.
    if (word.value === '--') break;
    const flag = flagOf(word, words[index + 1]);
    if (flag === null) names.push(word);
    else {
      flags.push(flag);
      if (flag.value !== null && flag.value === words[index + 1]) index += 1;
    }
  }
  return { names, flags };
}

function flagOf(word: Traced, next: Traced | undefined): Flag | null {
  const { value: text, place } = word;
  if (/^-[a-z]$/.test(text))
    return { name: SHORT[text.slice(1)] ?? text.slice(1), place, value: null };
  if (!text.startsWith('--')) return null;
  const at = text.indexOf('=');
  const name = text.slice(2, at < 0 ? undefined : at);
  if (at >= 0) return { name, place, value: slice(word, at + 1) };
  const takes = !isSwitch(name) && next !== undefined && !next.value.startsWith('--');
  return { name, place, value: takes ? next : null };
}

/** gcloud turns every switch off with `no-`; `clear-…` flags have no value either. */
function isSwitch(name: string): boolean {
  return SWITCHES.has(name.replace(/^no-/, '')) || name.startsWith('clear-');
}

/** The items of a list: `A=1,B=2`, or with a separator of one's own: `^;^A=1;B=2`. */
export function listItems(value: Traced): Traced[] {
  const own = /^\^([^^]+)\^/.exec(value.value);
  const items =
    own === null ? split(value, ',') : split(slice(value, own[0].length), own[1] ?? ',');
  return items.filter((item) => item.value !== '');
}

/** The pairs of a dictionary flag; an item without `=` has no value. */
export function pairs(value: Traced): { key: Traced; value: Traced | null }[] {
  return listItems(value).map((item) => {
    const at = item.value.indexOf('=');
    if (at < 0) return { key: item, value: null };
    return { key: slice(item, 0, at), value: slice(item, at + 1) };
  });
}

/** The flag that counts: of several, gcloud takes the last. */
export function flagNamed(command: GcloudCommand, ...names: readonly string[]): Flag | undefined {
  return command.flags.findLast(({ name }) => names.includes(name));
}
