import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from './service-process.js';

const folder = mkdtempSync(join(tmpdir(), 'service-process-'));
const program = join(folder, 'dies.mjs');
writeFileSync(program, `console.error('last words'); process.exit(78);`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const timers = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

describe('a service that dies', () => {
  it('is said to, and keeps nobody waiting when the supervisor stops before it is started again', async () => {
    let tell: (line: string) => void = () => undefined;
    const said = new Promise<string>((resolve) => (tell = resolve));
    const plan = { name: 'settlement', port: 1, program, vars: {} };
    const service = new ServiceProcess(
      plan,
      folder,
      (line) => tell(line),
      () => undefined,
    );
    service.start();
    expect(await said).toMatch(/settlement died \(exit 78\), starting it again in 0\.5 s/);
    const waiting = timers();
    const stopped = service.stop();
    // In the same turn, so that no timer but the service's own can have gone.
    expect(timers()).toBe(waiting - 1);
    await stopped;
  });
});
