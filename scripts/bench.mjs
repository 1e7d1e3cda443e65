// npm run bench -- NAME: one benchmark, with its peers and its limit in the same run.
import { build, run } from './run.mjs';

build();
run('tools/bench/dist/main.js', process.argv.slice(2));
