import { z } from 'zod';
import type { Answer } from './service-client.js';

/** What was asked of a deployment, and what it said. */
export interface Check {
  name: CheckName;
  ok: boolean;
  /** Null when the check is passed. */
  code: VerifyCode | null;
  detail: string;
}

export type CheckName =
  'startup' | 'ready' | 'service' | 'build' | 'engine' | 'identity' | 'migrations' | 'persistence';

export type VerifyCode =
  | 'VERIFY_UNREACHABLE'
  | 'VERIFY_NOT_STARTED'
  | 'VERIFY_NOT_READY'
  | 'VERIFY_TOKEN_REFUSED'
  | 'VERIFY_WRONG_SERVICE'
  | 'VERIFY_WRONG_BUILD'
  | 'VERIFY_WRONG_ENGINE'
  | 'VERIFY_WRONG_DATABASE'
  | 'VERIFY_PENDING'
  | 'VERIFY_CANARY'
  | 'VERIFY_RESTART_FAILED'
  | 'VERIFY_NO_NEW_INSTANCE'
  | 'VERIFY_LOST'
  | 'VERIFY_INTERRUPTED';

export interface Expected {
  service: string;
  buildSha: string | undefined;
  environment: string | undefined;
}

export function passed(name: CheckName, detail: string): Check {
  return { name, ok: true, code: null, detail: printable(detail) };
}

export function failed(name: CheckName, code: VerifyCode, detail: string): Check {
  return { name, ok: false, code, detail: printable(detail) };
}

const LONGEST = 500;

/** A stranger may answer there: what it says must not move the cursor of a terminal, nor fill it. */
function printable(detail: string): string {
  return detail.replace(/\p{Cc}+/gu, ' ').slice(0, LONGEST);
}

export function interrupted(name: CheckName): Check {
  return failed(name, 'VERIFY_INTERRUPTED', 'interrupted before it was known');
}

/** What `/health` says to whoever shows a token. */
const healthDocument = z.object({
  details: z.object({
    service: z.object({ name: z.string(), build_sha: z.string().nullable() }),
    database: z.object({
      server: z.object({ engine: z.string().nullable(), version: z.string().nullable() }),
      identity: z.object({
        ok: z.boolean(),
        service: z.string().nullable(),
        environment: z.string().nullable(),
      }),
      migrations: z.object({
        ok: z.boolean(),
        state: z.string(),
        current: z.string().nullable(),
        pending: z.array(z.unknown()),
      }),
    }),
  }),
});
type Details = z.infer<typeof healthDocument>['details'];

/** Judges the answer of `/health`. Pure. */
export function judgeHealth(answer: Answer, expected: Expected): Check[] {
  const { data } = healthDocument.safeParse(answer.body);
  if (data === undefined) {
    const detail =
      answer.failure ?? `/health answers ${answer.status} without details: is the token good?`;
    const code = answer.failure === null ? 'VERIFY_TOKEN_REFUSED' : 'VERIFY_UNREACHABLE';
    return [failed('service', code, detail)];
  }
  const { details } = data;
  return [
    serviceCheck(details, expected),
    buildCheck(details, expected),
    engineCheck(details),
    identityCheck(details, expected),
    migrationsCheck(details),
  ];
}

function serviceCheck({ service }: Details, expected: Expected): Check {
  if (service.name === expected.service) return passed('service', service.name);
  return failed('service', 'VERIFY_WRONG_SERVICE', `${service.name} answers there`);
}

function buildCheck({ service }: Details, { buildSha }: Expected): Check {
  const runs = service.build_sha ?? 'unknown';
  if (buildSha === undefined || sameBuild(runs, buildSha)) return passed('build', runs);
  return failed('build', 'VERIFY_WRONG_BUILD', `${runs} runs, not ${buildSha}`);
}

/** Commits may be abbreviated on either side. */
function sameBuild(runs: string, wanted: string): boolean {
  const [short, long] = runs.length < wanted.length ? [runs, wanted] : [wanted, runs];
  return short === long || (/^[0-9a-f]{7,}$/.test(short) && long.startsWith(short));
}

function engineCheck({ database: { server } }: Details): Check {
  if (server.engine === 'postgresql') return passed('engine', `PostgreSQL ${server.version}`);
  return failed('engine', 'VERIFY_WRONG_ENGINE', `${server.engine ?? 'unknown'}, not PostgreSQL`);
}

function identityCheck({ database: { identity } }: Details, expected: Expected): Check {
  const { service, environment } = identity;
  const found = `${service ?? 'nobody'}, ${environment ?? 'no environment'}`;
  const meant = expected.environment;
  const right =
    identity.ok && service === expected.service && (meant === undefined || environment === meant);
  if (right) return passed('identity', found);
  const wanted = `${expected.service}${meant === undefined ? '' : `, ${meant}`}`;
  return failed(
    'identity',
    'VERIFY_WRONG_DATABASE',
    `the database of ${found}; meant is ${wanted}`,
  );
}

function migrationsCheck({ database: { migrations } }: Details): Check {
  const { ok, state, current, pending } = migrations;
  if (ok && pending.length === 0) return passed('migrations', `${current ?? 'none'}, ${state}`);
  return failed('migrations', 'VERIFY_PENDING', `${state}, ${pending.length} pending`);
}
