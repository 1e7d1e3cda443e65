// npm start: compile what has changed, then hand over to the supervisor.
import { build, run } from './run.mjs';

build();
run('tools/dev-platform/dist/main.js', ['start', ...process.argv.slice(2)]);
