import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Check, type Expected, failed, interrupted, judgeHealth, passed } from './checks.js';
import type { NewInstance } from './new-instance.js';
import { provePersistence } from './persistence.js';
import type { Answer, ServiceClient } from './service-client.js';

export interface VerifiedService {
  name: string;
  url: string;
  ok: boolean;
  /** In the order in which they were made; the first one that fails ends the row, but for `/health`'s. */
  checks: Check[];
  durationMs: number;
}

export interface VerifyServiceOptions {
  client: ServiceClient;
  expected: Expected;
  /** How long to wait for the service, and once more for its next process. */
  waitMs: number;
  /** Null: nothing is said about persistence. */
  newInstance: NewInstance | null;
  signal: AbortSignal;
}

const POLL_MS = 200;

/** Asks one deployed service everything that its deployment promised. */
export async function verifyService(options: VerifyServiceOptions): Promise<VerifiedService> {
  const startedAt = performance.now();
  const checks = await checksOf(options);
  return {
    name: options.expected.service,
    url: options.client.url,
    ok: checks.every(({ ok }) => ok),
    checks,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

async function checksOf(options: VerifyServiceOptions): Promise<Check[]> {
  const { client, expected, waitMs, newInstance, signal } = options;
  const probes = await waitForProbes(options);
  if (probes.some(({ ok }) => !ok)) return probes;
  const health = judgeHealth(await client.get('/health'), expected);
  const checks = [...probes, ...health];
  // A canary in the wrong database would be a row in somebody else's.
  if (newInstance === null || health.some(({ ok }) => !ok)) return checks;
  if (signal.aborted) return [...checks, interrupted('persistence')];
  const service = expected.service;
  return [...checks, await provePersistence({ service, client, newInstance, waitMs, signal })];
}

async function waitForProbes({ client, waitMs, signal }: VerifyServiceOptions): Promise<Check[]> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const startup = await client.get('/health/startup');
    const ready = startup.status === 200 ? await client.get('/health/ready') : null;
    if (ready?.status === 200) {
      return [passed('startup', 'started'), passed('ready', 'ready')];
    }
    if (signal.aborted) return [interrupted(ready === null ? 'startup' : 'ready')];
    if (performance.now() > deadline) {
      if (ready !== null) return [passed('startup', 'started'), notYet('ready', ready)];
      return [notYet('startup', startup)];
    }
    await sleep(POLL_MS);
  }
}

function notYet(name: 'startup' | 'ready', { status, body, failure }: Answer): Check {
  if (failure !== null) return failed(name, 'VERIFY_UNREACHABLE', failure);
  const code = name === 'startup' ? 'VERIFY_NOT_STARTED' : 'VERIFY_NOT_READY';
  const reasons = [...new Set(reasonCodes(body))].join(', ');
  return failed(name, code, `${status}${reasons === '' ? '' : ` ${reasons}`}`);
}

const probeDocument = z.object({
  details: z.record(
    z.string(),
    z.object({ reasons: z.array(z.object({ code: z.string() })).catch([]) }).catch({ reasons: [] }),
  ),
});

/** The reason codes of a probe's answer, of each of its indicators. Whatever else answers has none. */
function reasonCodes(body: unknown): string[] {
  const { data } = probeDocument.safeParse(body);
  return Object.values(data?.details ?? {}).flatMap(({ reasons }) =>
    reasons.map(({ code }) => code),
  );
}
