// Not a test: the echo of an ingest-like body, to see what a request costs before any business.
import { startService } from '@fusion-prime/service/start';

await startService({
  name: 'settlement',
  defaultPort: 4001,
  readConfig: () => ({}),
  load: async () => (await import('./bench-parts.mjs')).benchParts,
});
