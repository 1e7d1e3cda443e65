// A service that throws from a timer, where nobody catches: CRASH_WITH says what.
import { startService } from '@fusion-prime/service/start';

const errors = {
  bug: () => new TypeError('undefined is not a settlement'),
  database: () => Object.assign(new Error('terminating connection'), { code: '57P01' }),
};

await startService({
  name: 'settlement',
  defaultPort: 4001,
  readConfig: (env) => env.requiredText('CRASH_WITH', 'bug or database'),
  load: async () => (await import('./tiny-parts.mjs')).tinyParts,
});
setTimeout(() => {
  throw errors[process.env.CRASH_WITH]();
}, 50);
