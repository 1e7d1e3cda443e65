// The smallest service there is: nothing but what every service has. Tests run it as a real process.
import { startService } from '@fusion-prime/service/start';

await startService({
  name: 'settlement',
  defaultPort: 4001,
  readConfig: () => ({}),
  load: async () => (await import('./tiny-parts.mjs')).tinyParts,
});
