// npm test: the whole suite. Spawned services run compiled code, so it is compiled first.
import { build, run } from './run.mjs';

build();
run('node_modules/jest/bin/jest.js', process.argv.slice(2), {
  nodeArgs: ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
});
