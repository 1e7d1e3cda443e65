import { parseArgs } from 'node:util';
import { boot } from './benchmarks/boot.js';
import { ingestBulk } from './benchmarks/ingest-bulk.js';
import { ingest } from './benchmarks/ingest.js';
import { lifecycle } from './benchmarks/lifecycle.js';
import { lists } from './benchmarks/lists.js';
import { migrateFleet } from './benchmarks/migrate-fleet.js';
import { migrateNoop } from './benchmarks/migrate-noop.js';
import { migrateProof } from './benchmarks/migrate-proof.js';
import { migrateUnderLoad } from './benchmarks/migrate-under-load.js';
import { probes } from './benchmarks/probes.js';
import { relay } from './benchmarks/relay.js';
import { start } from './benchmarks/start.js';
import { webhooks } from './benchmarks/webhooks.js';
import { installPeers } from './contestants.js';
import { formatTable, type Table } from './report.js';
import type { Rules } from './rules.js';
import { type BenchServer, startServer } from './server.js';

type Benchmark = (server: BenchServer, rules: Rules) => Promise<Table[]>;

const BENCHMARKS: Record<string, Benchmark> = {
  boot,
  ingest,
  lifecycle,
  lists,
  probes,
  relay,
  start,
  webhooks,
  'ingest-bulk': ingestBulk,
  'migrate-fleet': migrateFleet,
  'migrate-noop': migrateNoop,
  'migrate-proof': migrateProof,
  'migrate-under-load': migrateUnderLoad,
};

/** Those whose peers are not packages. */
const WITHOUT_NPM_PEERS = new Set([
  ...['ingest-bulk', 'lifecycle', 'lists', 'migrate-proof', 'migrate-under-load', 'start'],
  'webhooks',
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sizes: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    'without-peers': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [name = ''] = positionals;
const benchmark = BENCHMARKS[name];
if (benchmark === undefined) {
  process.stderr.write(
    `npm run bench -- NAME [--sizes 5,100] [--rounds 5] [--without-peers] [--json]\nNAME: ${Object.keys(BENCHMARKS).join(', ')}\n`,
  );
  process.exit(2);
}
if (!values['without-peers'] && !WITHOUT_NPM_PEERS.has(name)) installPeers();
const server = await startServer();
try {
  const tables = await benchmark(server, {
    ...(values.sizes !== undefined && { sizes: values.sizes.split(',').map(Number) }),
    rounds: Number(values.rounds),
    withoutPeers: values['without-peers'],
  });
  const text = values.json ? JSON.stringify(tables, null, 2) : tables.map(formatTable).join('\n');
  process.stdout.write(`${text}\n`);
} finally {
  await server.stop();
}
