// npm start: compile what has changed, then hand over to the supervisor.
import { build, refuse, run } from './run.mjs';

// Without the two dashes npm keeps the option for itself, and the old rows would stay unnoticed.
for (const option of ['reset', 'any-port']) {
  if (process.env[`npm_config_${option.replace('-', '_')}`] === 'true') {
    refuse(`npm kept --${option} for itself: type  npm start -- --${option}`);
  }
}
build();
run('tools/dev-platform/dist/main.js', ['start', ...process.argv.slice(2)]);
