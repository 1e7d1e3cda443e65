import { contest } from '../contest.js';
import { contestTable, type Table } from '../report.js';
import type { Rules } from '../rules.js';
import type { BenchServer } from '../server.js';
import { benchServices } from '../services.js';

/** From the start of a process until it says that it is ready, each service alone. */
export async function boot(server: BenchServer, { rounds }: Rules): Promise<Table[]> {
  const { ours, peers, limit } = await benchServices(server);
  const results = await contest([...ours, ...peers, limit], rounds);
  return [contestTable('boot: process start to ready', results)];
}
