import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Check, failed, interrupted, passed } from './checks.js';
import type { NewInstance } from './new-instance.js';
import type { Answer, ServiceClient } from './service-client.js';

const POLL_MS = 200;
// The service may be between two processes.
const TIDY_UP_MS = 10_000;

const canary = z.object({
  value: z.string(),
  updated_at: z.iso.datetime(),
  served_by: z.object({ instance: z.string(), started_at: z.iso.datetime() }),
});
type Canary = z.infer<typeof canary>;

export interface ProofOptions {
  service: string;
  client: ServiceClient;
  newInstance: NewInstance;
  waitMs: number;
  /** Nothing new is begun once it is aborted; what was written is removed all the same. */
  signal: AbortSignal;
}

/**
 * Writes a value, has the process replaced, and reads the value back from one that was started after it was
 * written: a service on a database of its own memory, or of its container's disk, cannot pass.
 *
 *   PUT ─► new instance ─► GET until a younger process answers ─► DELETE ─► GET says 404
 */
export async function provePersistence(options: ProofOptions): Promise<Check> {
  const { client } = options;
  const path = `/canary/verify-${randomUUID()}`;
  const value = randomUUID();
  const written = await client.put(path, { value });
  const before = canaryOf(written);
  const problem =
    before === null
      ? unanswered('writing the canary', written)
      : await replaceAndRead({ ...options, path, before, value });
  if (problem === null) return removed(client, path, await client.delete(path));
  // A refusal wrote nothing; whoever gave no answer may have written.
  if (isRefusal(written)) return problem;
  return { ...problem, detail: `${problem.detail}${await tidiedUp(client, path)}` };
}

/** Nobody else knows the canary's name, so whoever fails removes it, or tells it. */
async function tidiedUp(client: ServiceClient, path: string): Promise<string> {
  const deadline = performance.now() + TIDY_UP_MS;
  for (;;) {
    if ((await client.delete(path)).status === 204) return '';
    if (performance.now() > deadline) return `; ${path} may be left behind`;
    await sleep(POLL_MS);
  }
}

interface Written {
  path: string;
  before: Canary;
  value: string;
}

/** Null when a younger process knows the value. */
async function replaceAndRead(options: ProofOptions & Written): Promise<Check | null> {
  const { client, service, newInstance, waitMs, value, signal } = options;
  try {
    await newInstance(service, client.url);
  } catch (error) {
    if (signal.aborted) return interrupted('persistence');
    return failed('persistence', 'VERIFY_RESTART_FAILED', (error as Error).message);
  }
  const last = await readFromYounger(options);
  if (signal.aborted) return interrupted('persistence');
  const after = canaryOf(last);
  if (isLost(last)) {
    return failed('persistence', 'VERIFY_LOST', 'what was written is not there any more');
  }
  if (after === null) return unanswered(`reading back within ${waitMs / 1000} s`, last);
  if (!isYounger(after, options.before)) {
    const detail = `no new process answers within ${waitMs / 1000} s`;
    return failed('persistence', 'VERIFY_NO_NEW_INSTANCE', detail);
  }
  if (after.value === value) return null;
  return failed('persistence', 'VERIFY_LOST', 'another value than the one that was written');
}

/** The first answer that decides: of a process that was started after the writing, or that it is lost. */
async function readFromYounger({
  client,
  path,
  before,
  waitMs,
  signal,
}: ProofOptions & Written): Promise<Answer> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const answer = await client.get(path);
    const after = canaryOf(answer);
    const decides = isLost(answer) || (after !== null && isYounger(after, before));
    if (decides || signal.aborted || performance.now() > deadline) return answer;
    await sleep(POLL_MS);
  }
}

/** Of several instances another one may have answered: it counts only if it began after the writing. */
function isYounger(
  { served_by: reader }: Canary,
  { served_by: writer, updated_at }: Canary,
): boolean {
  return (
    reader.instance !== writer.instance && Date.parse(reader.started_at) > Date.parse(updated_at)
  );
}

function isRefusal({ status }: Answer): boolean {
  return status >= 400 && status < 500;
}

/** The service says it; a 404 of something before the service says nothing. */
function isLost({ status, body }: Answer): boolean {
  return status === 404 && (body as { code?: unknown } | null)?.code === 'canary-not-found';
}

async function removed(client: ServiceClient, path: string, gone: Answer): Promise<Check> {
  if (gone.status !== 204) return unanswered('removing the canary', gone);
  const after = await client.get(path);
  if (!isLost(after)) return unanswered('reading a canary that was removed', after);
  return passed('persistence', 'kept');
}

function unanswered(what: string, { status, body, failure }: Answer): Check {
  const { code } = (body ?? {}) as { code?: unknown };
  const said = failure ?? `${status}${typeof code === 'string' ? ` ${code}` : ''}`;
  return failed('persistence', 'VERIFY_CANARY', `${what}: ${said}`);
}

function canaryOf({ status, body }: Answer): Canary | null {
  return status === 200 ? (canary.safeParse(body).data ?? null) : null;
}
