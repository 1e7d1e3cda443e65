import { readTextFile } from '@fusion-prime/database/connection';
import { Environment } from '@fusion-prime/kernel/environment';
import type { Context } from './context.js';
import { deliver, type Webhook } from './notify-webhook.js';
import { say } from './output.js';
import { CommandRefused } from './refusal.js';

export interface NotifyOptions {
  notify?: string;
  notifyAlways?: boolean;
}

/** Sends the report of a run that did not end well; never throws, and never changes the exit code. */
export type Notifier = (report: { exitCode: number; runId: string }) => Promise<void>;

const SECRET = 'FP_NOTIFY_SECRET';
const SHORTEST_SECRET = 24;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const EXIT_INTERRUPTED = 143;
// Anything shorter is part of ordinary words.
const SHORTEST_PASSWORD = 5;

/**
 * What `--notify URL` asks for, checked before the run: a notice that cannot be sent is met now, not when it
 * is needed.
 *
 * @throws {CommandRefused} USAGE
 */
export function notifierOf(options: NotifyOptions, context: Context): Notifier {
  const { notify, notifyAlways = false } = options;
  if (notify === undefined) return async () => undefined;
  const webhook: Webhook = { url: receiver(notify), secret: readSecret() };
  return async (report) => {
    if (report.exitCode === 0 && !notifyAlways) return;
    const body = await withoutPasswords(report, context);
    const id = `msg_${report.runId}`;
    // Whoever sent SIGTERM kills a few seconds later.
    const tries = report.exitCode === EXIT_INTERRUPTED ? 1 : undefined;
    const delivery = { id, body, ...(tries !== undefined && { tries }) };
    const { ok, tries: made, outcome } = await deliver(webhook, delivery);
    // The path of a webhook is often its password.
    const where = webhook.url.origin;
    if (ok) say(`notified ${where} (${outcome})`);
    else say(`could not notify ${where}: ${outcome}, after ${made} tries`);
  };
}

function receiver(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const safe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  if (url !== null && safe && url.username === '' && url.password === '') return url;
  throw new CommandRefused(
    'USAGE',
    '--notify takes an https URL without user and password, or http on this machine',
  );
}

function readSecret(): string {
  const env = new Environment(process.env, readTextFile);
  const file = env.raw(`${SECRET}_FILE`);
  const secret = (file === undefined ? env.raw(SECRET) : readSecretFile(env, file))?.trim() ?? '';
  if (secret.length >= SHORTEST_SECRET) return secret;
  throw new CommandRefused(
    'USAGE',
    `--notify signs its notices: set ${SECRET} or ${SECRET}_FILE, at least ${SHORTEST_SECRET} characters; ` +
      `for one:  echo "whsec_$(openssl rand -base64 32)"`,
  );
}

function readSecretFile(env: Environment, file: string): string {
  try {
    return env.readFile(file);
  } catch {
    throw new CommandRefused('USAGE', `${SECRET}_FILE names a file that cannot be read`);
  }
}

/** Reports show no password; what a server or a hook said might. */
async function withoutPasswords(report: unknown, { databases }: Context): Promise<string> {
  const passwords: string[] = [];
  for (const target of databases.flatMap(({ url, migrateUrl }) => [url, migrateUrl])) {
    passwords.push((await target?.password().catch(() => '')) ?? '');
  }
  return JSON.stringify(report, (_key, value: unknown) => {
    if (typeof value !== 'string') return value;
    const secrets = passwords.filter((password) => password.length >= SHORTEST_PASSWORD);
    return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), value);
  });
}
