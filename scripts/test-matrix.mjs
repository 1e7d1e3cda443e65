// npm run test:matrix: the int suites on every other major version of PostgreSQL that is supported, one after
// the other; npm test has 18. `npm run test:matrix -- 16` runs one, `-- 16 libs/database` a part of it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, refuse, root } from './run.mjs';

const VERSIONS = ['15', '16', '17'];
const COUNT = /^tests: \d+ passed, \d+ failed, \d+ skipped$/m;

const given = process.argv.slice(2);
const chosen = given.filter((one) => /^\d+$/.test(one));
const rest = given.filter((one) => !chosen.includes(one));
const unknown = chosen.find((one) => ![...VERSIONS, '18'].includes(one));
if (unknown !== undefined) refuse(`PostgreSQL ${unknown}: there are ${VERSIONS.join(', ')} and 18`);
build();

const results = (chosen.length > 0 ? chosen : VERSIONS).map((version) => {
  process.stdout.write(`\nPostgreSQL ${version}\n`);
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'];
  const { status, stdout } = spawnSync(
    process.execPath,
    [...flags, jest, '--selectProjects', 'int', '--', ...rest],
    {
      cwd: root,
      env: { ...process.env, FP_TEST_POSTGRES: version },
      stdio: ['inherit', 'pipe', 'inherit'],
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  process.stdout.write(stdout);
  return { version, status, count: COUNT.exec(stdout)?.[0] ?? 'no test was run' };
});

process.stdout.write('\n');
for (const { version, count } of results) process.stdout.write(`PostgreSQL ${version}  ${count}\n`);
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1;
