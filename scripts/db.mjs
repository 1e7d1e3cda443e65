// npm run db:up | db:down | db:reset: the embedded server alone.
import { build, run } from './run.mjs';

build();
run('tools/dev-platform/dist/main.js', [`db-${process.argv[2]}`, ...process.argv.slice(3)]);
