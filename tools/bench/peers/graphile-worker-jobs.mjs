// graphile-worker with the settings of its own figures, https://worker.graphile.org/docs/performance, or
// one by one, as it comes.
import { Logger, makeWorkerUtils, run, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { measure } from './job-figures.mjs';

const connectionString = process.env.DATABASE_URL;
const preset = {
  worker: {
    connectionString,
    concurrentJobs: 24,
    maxPoolSize: 25,
    ...(process.env.JOBS_IN_BATCHES === 'true' && {
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    }),
    logger: new Logger(() => () => undefined),
  },
};
const queue = { onJob: () => undefined };
await runMigrations({ preset });
const utils = await makeWorkerUtils({ preset });
queue.add = (payloads) =>
  utils.addJobs(payloads.map((payload) => ({ identifier: 'relay', payload })));
const client = new pg.Client({ connectionString });
await client.connect();
queue.isEmpty = async () =>
  (await client.query('SELECT FROM graphile_worker._private_jobs LIMIT 1')).rowCount === 0;
const runner = await run({ preset, taskList: { relay: async (payload) => queue.onJob(payload) } });
await measure(queue);
await runner.stop();
await utils.release();
await client.end();
