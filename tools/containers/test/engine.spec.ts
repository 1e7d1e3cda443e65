import { afterEach, describe, expect, it } from '@jest/globals';
import { findCompose, run } from '../src/engine.js';

const { PATH } = process.env;
afterEach(() => {
  process.env['PATH'] = PATH;
});

describe('the container engine', () => {
  it('is asked for in plain words where there is none', async () => {
    process.env['PATH'] = '/nowhere';
    await expect(findCompose()).rejects.toThrow(
      /docker info fails: .* Install Docker with Compose/,
    );
  });

  it('is answered by programs that may fail, but not by one that cannot be started', async () => {
    const fails = run(process.execPath, ['-e', 'console.log("so"); process.exit(3)']);
    await expect(fails).resolves.toMatchObject({ exitCode: 3, stdout: 'so\n' });
    await expect(run('/nowhere/docker', ['info'])).rejects.toThrow(
      /nowhere\/docker info: .*ENOENT/,
    );
  });
});
