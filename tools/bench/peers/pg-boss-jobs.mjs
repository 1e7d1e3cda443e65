// pg-boss in batches: it asks again at most twice a second, so for throughput its batches are fetched and
// completed in a loop of ours, which it offers too.
import pg from 'pg';
import PgBoss from 'pg-boss';
import { measure } from './job-figures.mjs';

const QUEUE = 'relay';
const LOOPS = 4;
const BATCH = 400;
const connectionString = process.env.DATABASE_URL;
const boss = new PgBoss({ connectionString, max: 10 });
boss.on('error', (error) => process.stderr.write(`${error.message}\n`));
await boss.start();
await boss.createQueue(QUEUE);
const client = new pg.Client({ connectionString });
await client.connect();
const queue = {
  onJob: () => undefined,
  add: (payloads) => boss.insert(payloads.map((data) => ({ name: QUEUE, data }))),
  isEmpty: async () => {
    const waiting = `SELECT FROM pgboss.job WHERE name = $1 AND state < 'completed' LIMIT 1`;
    return (await client.query(waiting, [QUEUE])).rowCount === 0;
  },
};
let ended = false;
async function loop() {
  while (!ended) {
    const jobs = await boss.fetch(QUEUE, { batchSize: BATCH });
    for (const { data } of jobs) queue.onJob(data);
    if (jobs.length > 0) {
      await boss.complete(
        QUEUE,
        jobs.map(({ id }) => id),
      );
    } else {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
const loops = [];
if (process.argv[2] === 'throughput') {
  loops.push(...Array.from({ length: LOOPS }, loop));
} else {
  const options = { batchSize: BATCH, pollingIntervalSeconds: 0.5 };
  await boss.work(QUEUE, options, async (jobs) => jobs.forEach(({ data }) => queue.onJob(data)));
}
await measure(queue);
ended = true;
await Promise.all(loops);
await boss.stop({ graceful: false });
await client.end();
