import { join } from 'node:path';
import { variableOf } from '@fusion-prime/kernel';
import { freePort, isAlive } from '@fusion-prime/postgres-server';
import { ComposeProject, SERVICES, type ProjectPlace } from './compose-project.js';
import { docker, findCompose } from './engine.js';

/** Carries the project from Jest's global setup to the test files. */
const VARIABLE = 'FP_TEST_PLATFORM';
const PREFIX = 'fp-test-';
/** Kept after the run: its layers make the next build a matter of seconds. */
const IMAGE = 'fusion-prime:test';
export const BUILD_SHA = 'container-test';

/** Builds the image and starts the platform, under a name and on ports that nobody else has. */
export async function startPlatform(root: string): Promise<void> {
  const compose = await findCompose();
  const file = join(root, 'docker-compose.yml');
  await removeLeftovers(compose, file);
  const ports: [string, string][] = [];
  for (const service of SERVICES) {
    const variable = variableOf(service, 'PORT');
    ports.push([variable, String(await freePort())]);
  }
  const vars = { FP_IMAGE: IMAGE, FP_BUILD_SHA: BUILD_SHA, ...Object.fromEntries(ports) };
  const place = { name: `${PREFIX}${process.pid}`, compose, file, vars };
  const project = new ComposeProject(place);
  process.env[VARIABLE] = JSON.stringify(place);
  try {
    say('building the image');
    await timed('image built', () => project.compose('build'));
    await timed('platform healthy', () => project.up());
  } catch (error) {
    // Jest tears down only what was set up whole.
    await stopPlatform();
    throw error;
  }
}

export async function stopPlatform(): Promise<void> {
  if (process.env[VARIABLE] === undefined) return;
  await platform().compose('down', '-v', '--remove-orphans');
  delete process.env[VARIABLE];
}

/** The run's platform. */
export function platform(): ComposeProject {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new Error('no platform: run  npm run test:containers');
  return new ComposeProject(JSON.parse(text) as ProjectPlace);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Does it and says how long it took. */
export async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  say(`${what}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return result;
}

/** A killed run could not clean up: its project carries the pid of a process that is gone. */
async function removeLeftovers(compose: readonly string[], file: string): Promise<void> {
  const format = '{{.Label "com.docker.compose.project"}}';
  const listed = await docker('ps', '-a', '--format', format);
  const names = new Set(listed.split('\n').filter((name) => name.startsWith(PREFIX)));
  for (const name of names) {
    if (isAlive(Number(name.slice(PREFIX.length)))) continue;
    await new ComposeProject({ name, compose, file, vars: {} }).compose('down', '-v');
  }
}
