// npm run migrate: every database of the fleet in turn, in one process. Only this looks at all of them
// before it changes any.
import { build, run } from './run.mjs';

build();
run('tools/fp/dist/main.js', ['migrate', 'up', ...process.argv.slice(2)]);
