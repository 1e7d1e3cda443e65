// A real process that migrates a fleet, for tests that run two of them, or kill one.
import { fleetUp, loadFleet } from '../dist/index.js';

const report = await fleetUp(loadFleet(process.argv[2], process.env), {
  reporter: ({ type }) => type === 'migration-started' && process.stdout.write('started\n'),
});
for (const { problem } of report.databases) if (problem !== null) console.error(problem.message);
process.exitCode = report.exitCode;
