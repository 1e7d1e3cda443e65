// A service whose only route forgot to say who may call it: it must not start.
import { startService } from '@fusion-prime/service/start';

await startService({
  name: 'settlement',
  defaultPort: 4001,
  readConfig: () => ({}),
  load: async () => (await import('./buggy-parts.mjs')).buggyParts,
});
