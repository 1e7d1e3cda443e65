import { beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { checkoutRoot } from '@fusion-prime/testing';
import { SERVICES } from '../src/compose-project.js';
import { run, type Ran } from '../src/engine.js';
import { BUILD_SHA, platform } from '../src/platform.js';

const project = platform();
const FP = join(checkoutRoot(), 'tools', 'fp', 'bin', 'fp.mjs');
let vars: Record<string, string>;

beforeAll(async () => {
  await project.up();
  const scopes = SERVICES.map((service) => `${service}:admin`).join(',');
  const { stdout } = await project.fp('token', '--scope', scopes);
  const urls = SERVICES.map((service) => [
    `${service.toUpperCase().replaceAll('-', '_')}_URL`,
    project.url(service),
  ]);
  vars = { FP_TOKEN: stdout.trim(), NO_COLOR: '1', ...Object.fromEntries(urls), ...place() };
});

/** What the restart command needs to mean this project. */
function place(): Record<string, string> {
  const { name, compose, file, vars: project } = platform().place;
  return { COMPOSE: `${compose.join(' ')} -p ${name} -f ${file}`, ...project };
}

/** From outside, as after a deployment. */
function verify(...args: string[]): Promise<Ran> {
  const meant = ['--build-sha', BUILD_SHA, '--env', 'development'];
  return run(process.execPath, [FP, 'verify', ...meant, ...args], vars);
}

describe('fp verify, on containers', () => {
  it('proves that each service keeps what it was told when its container is killed', async () => {
    const restart = '$COMPOSE kill -s KILL $FP_SERVICE && $COMPOSE start $FP_SERVICE';
    const { exitCode, stderr } = await verify('--restart-command', restart);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: /5 services proved in \d+\.\d s/,
    });
  });

  it('says it from within the network, too', async () => {
    const { exitCode, stderr } = await project.fp('verify', '--no-persistence');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: /5 services as meant/ });
  });

  it('does not prove a platform of which one service is down', async () => {
    await project.compose('stop', 'alert');
    try {
      const { exitCode, stderr } = await verify('--no-persistence', '--wait', '2');
      expect(exitCode).toBe(15);
      expect(stderr).toContain('alert: VERIFY_UNREACHABLE');
      expect(stderr).toContain('not proved: alert (');
    } finally {
      await project.up();
    }
  });
});
