// npm run test:containers: builds the image, starts docker-compose.yml under a name and on ports of its own,
// and tries it: crashes, restarts, wrong wiring. Needs a container engine, and says so without one.
import { build, refuse, run } from './run.mjs';

build();
const { findCompose } = await import('../tools/containers/dist/engine.js');
await findCompose().catch(({ message }) => refuse(message));
const config = ['-c', 'tools/containers/jest.config.mjs', '-i'];
run('node_modules/jest/bin/jest.js', [...config, ...process.argv.slice(2)], {
  nodeArgs: ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
});
