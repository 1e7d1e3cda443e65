// A real process that migrates a fleet, for tests that run two of them, or kill one.
import { fleetUp, loadFleet } from '../dist/index.js';

const told = { 'migration-started': 'started', 'rolling-back': 'going back' };
const report = await fleetUp(loadFleet(process.argv[2], process.env), {
  ...JSON.parse(process.argv[3] ?? '{}'),
  reporter: ({ type }) => type in told && process.stdout.write(`${told[type]}\n`),
});
for (const { problem } of report.databases) if (problem !== null) console.error(problem.message);
process.exitCode = report.exitCode;
