import { join } from 'node:path';
import { adminUrlOf, withClient } from './database.js';
import { PEERS } from './contestants.js';
import { output } from './http-load.js';
import type { BenchServer } from './server.js';

/** Job queues on PostgreSQL, each a program of its own on a new database. */
const QUEUES = [
  { name: 'graphile-worker, in batches', program: 'graphile-worker-jobs.mjs', batches: true },
  { name: 'graphile-worker, one by one', program: 'graphile-worker-jobs.mjs', batches: false },
  { name: 'pg-boss, in batches', program: 'pg-boss-jobs.mjs', batches: true },
];
const DATABASE = 'bench_jobs';

export interface JobQueue {
  name: string;
  /** Jobs that are added in one transaction, until the last one is done. */
  throughput: (jobs: number) => Promise<{ perSecond: number; peakRssMb: number }>;
  /** From the moment when one is added until it begins. */
  latency: (
    perSecond: number,
    seconds: number,
  ) => Promise<{ p50Ms: number; p99Ms: number; peakRssMb: number }>;
}

export function jobQueues(server: BenchServer): JobQueue[] {
  return QUEUES.map(({ name, program, batches }) => {
    const run = async (...args: (string | number)[]): Promise<string> => {
      await withClient(server.adminUrl, async (admin) => {
        await admin.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
        await admin.query(`CREATE DATABASE ${DATABASE}`);
        await admin.query('CHECKPOINT');
      });
      const DATABASE_URL = adminUrlOf(server, DATABASE);
      const file = join(PEERS, program);
      const env = { DATABASE_URL, JOBS_IN_BATCHES: String(batches) };
      return (await output(process.execPath, [file, ...args.map(String)], env)).text;
    };
    return {
      name,
      throughput: async (jobs) =>
        JSON.parse(await run('throughput', jobs)) as { perSecond: number; peakRssMb: number },
      latency: async (perSecond, seconds) =>
        JSON.parse(await run('latency', perSecond, seconds)) as {
          p50Ms: number;
          p99Ms: number;
          peakRssMb: number;
        },
    };
  });
}
