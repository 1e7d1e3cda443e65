import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Compiles what has changed since the last time; ends the program when that fails. */
export function build() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    refuse(`Node.js 20.19 or newer is needed; this is ${process.version}`);
  }
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(tsc)) refuse('the packages are not installed: run  npm ci');
  if (!existsSync(join(root, 'tools', 'fp', 'dist'))) {
    process.stderr.write('compiling; the first time takes a moment\n');
  }
  const { status } = spawnSync(process.execPath, [tsc, '-b'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Ends the program with a line that says what to type. */
export function refuse(line) {
  process.stderr.write(`${line}\n`);
  process.exit(2);
}

/** Runs a Node program in the terminal's foreground; its exit code becomes ours. */
export function run(program, args, { nodeArgs = [], env = {} } = {}) {
  const child = spawn(process.execPath, [...nodeArgs, join(root, program), ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  // Ctrl-C reaches the child by itself: it belongs to the same terminal. A signal sent to this process
  // alone is passed on, so that nothing is left running.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}
