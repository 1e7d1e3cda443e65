// What both job queues are asked: how many jobs a second, or how late each is at a moderate rate.
import { setTimeout as sleep } from 'node:timers/promises';

const TICK_MS = 1;
const LOOK_MS = 20;

export const payload = (i) => ({
  i,
  subscription_id: `sub-${i}`,
  origin: 'https://client.example',
  reason: 'endpoint-gone',
  failing_since: null,
});

/**
 * @param queue `add(payloads)` adds jobs in one transaction, `isEmpty()` says whether none is left, and
 * `onJob` is called for each that is done
 */
export async function measure(queue) {
  const [mode, first, second] = process.argv.slice(2);
  const figures =
    mode === 'throughput'
      ? await throughput(queue, Number(first))
      : await latency(queue, Number(first), Number(second));
  const peakRssMb = process.resourceUsage().maxRSS / 1_024;
  process.stdout.write(`${JSON.stringify({ ...figures, peakRssMb })}\n`);
}

async function throughput(queue, jobs) {
  await addAll(queue, Math.min(jobs, 5_000));
  const startedAt = await addAll(queue, jobs);
  return { perSecond: jobs / ((performance.now() - startedAt) / 1_000) };
}

/** @returns when the transaction that added them had ended; resolves when they are done */
async function addAll(queue, jobs) {
  await queue.add(Array.from({ length: jobs }, (_, i) => payload(i)));
  const addedAt = performance.now();
  while (!(await queue.isEmpty())) await sleep(LOOK_MS);
  return addedAt;
}

async function latency(queue, perSecond, seconds) {
  const total = perSecond * seconds;
  const dueAt = [];
  const latenciesMs = [];
  const adding = [];
  queue.onJob = ({ i }) => latenciesMs.push(performance.now() - dueAt[i]);
  const startedAt = performance.now();
  while (dueAt.length < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * perSecond);
    while (dueAt.length < due) {
      dueAt.push(performance.now());
      adding.push(queue.add([payload(dueAt.length - 1)]));
    }
    await sleep(TICK_MS);
  }
  await Promise.all(adding);
  while (latenciesMs.length < total) await sleep(LOOK_MS);
  latenciesMs.sort((a, b) => a - b);
  const at = (q) => latenciesMs[Math.max(0, Math.ceil(q * total) - 1)];
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
