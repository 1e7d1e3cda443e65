// npm run test:chaos: kills services and PostgreSQL 1,000 times under load and counts what was lost or done
// twice; npm test does it 50 times. `npm run test:chaos -- 200 4711` is 200 kills of the seed 4711.
import { build, refuse, run } from './run.mjs';

const [kills = '1000', seed] = process.argv.slice(2);
if (![kills, seed ?? '0'].every((text) => /^\d{1,10}$/.test(text))) {
  refuse('npm run test:chaos -- [KILLS] [SEED]: two numbers');
}
build();
const suite = ['--selectProjects', 'e2e', '--', 'apps/settlement/test/chaos/chaos.e2e.spec.ts'];
run('node_modules/jest/bin/jest.js', suite, {
  nodeArgs: ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
  env: { FP_CHAOS_KILLS: kills, ...(seed !== undefined && { FP_CHAOS_SEED: seed }) },
});
