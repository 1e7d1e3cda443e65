import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPostmaster, stopPostgres } from '@fusion-prime/postgres-server';
import {
  apiClient,
  checkoutRoot,
  eventually,
  type ApiAnswer,
  type ApiClient,
} from '@fusion-prime/testing';

const START_DEADLINE_MS = 90_000;
const root = checkoutRoot();
const BUILD = 'a3f4c1d';
/** A checkout of its own, so that the platform somebody runs in this one is left alone. */
const checkout = mkdtempSync(join(tmpdir(), 'fusion-prime-checkout-'));
const postgres = join(checkout, '.data', 'postgres');

class Platform {
  private output = '';
  private readonly closed: Promise<unknown[]>;

  private constructor(private readonly child: ChildProcess) {
    this.closed = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  static start(...options: string[]): Platform {
    const program = join(root, 'tools', 'dev-platform', 'dist', 'main.js');
    const args = [program, 'start', '--any-port', ...options];
    return new Platform(
      spawn(process.execPath, args, { cwd: checkout, env: { ...process.env, GIT_SHA: BUILD } }),
    );
  }

  async says(text: string | RegExp): Promise<string> {
    await eventually(() => expect(this.output).toMatch(text), { timeoutMs: START_DEADLINE_MS });
    return this.output;
  }

  end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended();
  }

  /** Its exit code, once it ends by itself. */
  async ended(): Promise<number | null> {
    const [code] = (await this.closed) as [number | null];
    return code;
  }
}

function fp(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const program = join(root, 'tools', 'fp', 'bin', 'fp.mjs');
  return spawnSync(process.execPath, [program, ...args], { cwd: checkout, encoding: 'utf8' });
}

function clientOf(output: string): ApiClient {
  const [, url = ''] = /settlement\s+│ (http:\/\/\S+)/.exec(output) ?? [];
  const { stdout } = fp('token', '--scope', 'settlement:read,settlement:write');
  // A token alone, as $(…) wants it.
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  return apiClient(url, stdout.trim());
}

/** With what settlement has for it: strangers are approved here, so the first transfer can settle. */
function asksCompliance(output: string): Promise<ApiAnswer> {
  const [, url = ''] = /compliance\s+│ (http:\/\/\S+)/.exec(output) ?? [];
  const token = readFileSync(join(checkout, '.data', 'auth', 'settlement.token'), 'utf8');
  const transfer = { settlement_id: 's', payer: 'a', payee: 'b', asset_symbol: 'X', amount: '1' };
  return apiClient(url, token)('POST', '/transfers/evaluate', { transfers: [transfer] });
}

function servicePids(): { pid: number; program: string }[] {
  return JSON.parse(readFileSync(join(checkout, '.data', 'services.json'), 'utf8')) as never;
}

const order = { command_id: 'kept', workflow_id: 'wf', account_ref: 'acct', amount: '1.5' };

beforeAll(() => {
  for (const name of ['apps', 'migrations', 'libs', 'tools', 'node_modules']) {
    symlinkSync(join(root, name), join(checkout, name));
  }
  writeFileSync(join(checkout, 'nx.json'), '{}');
});

afterAll(async () => {
  await stopPostgres(postgres);
  rmSync(checkout, { recursive: true, force: true });
});

describe('npm start', () => {
  it('takes a newcomer from nothing to five services, keeps the rows, and cleans up after kill -9', async () => {
    const first = Platform.start();
    const output = await first.says('five services ready');
    expect(output).toMatch(/settlement_db\s+│ (\d+)\/\1 /);
    expect((await asksCompliance(output)).status).toBe(200);
    const api = clientOf(output);
    expect((await api('POST', '/commands/ingest', order)).status).toBe(201);

    const second = Platform.start();
    await second.says('runs already');

    const [victim] = servicePids();
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    await first.says(/settlement died \(SIGKILL\), starting it again in 0\.5 s/);
    await first.says('settlement is ready again');
    expect((await api('GET', '/commands/kept')).body).toMatchObject({ amount: '1.5' });

    expect(await first.end('SIGINT')).toBe(0);
    expect(readPostmaster(join(postgres, 'data'))).toBeNull();

    const killed = Platform.start();
    const again = await killed.says('five services ready');
    expect(again).toContain('nothing to do');
    expect((await clientOf(again)('GET', '/commands/kept')).status).toBe(200);
    await killed.end('SIGKILL');

    const heir = Platform.start();
    const inherited = await heir.says('five services ready');
    expect(inherited).toContain('found running');
    expect(inherited).toContain('5 of an earlier start were still running and are ended');
    // Wherever --any-port put them, fp finds them; and has them replaced to see what stays.
    expect(fp('health').status).toBe(0);
    const proved = fp('verify', '--build-sha', BUILD, '--env', 'development');
    expect(proved.stderr).toContain('5 services proved');
    expect(proved.status).toBe(0);
    expect(await heir.end('SIGTERM')).toBe(0);

    const fresh = Platform.start('--reset');
    const empty = await fresh.says('five services ready');
    expect((await clientOf(empty)('GET', '/commands/kept')).status).toBe(404);
    expect(await fresh.end('SIGINT')).toBe(0);
  }, 240_000);

  it('ends at once when it is interrupted in the middle of its start', async () => {
    const started = Platform.start('--reset');
    await started.says('databases');
    expect(await started.end('SIGINT')).toBe(0);
    expect(readPostmaster(join(postgres, 'data'))).toBeNull();
  });

  it.each([['--resett'], ['now']])('refuses %s, which it does not know', async (argument) => {
    const refused = Platform.start(argument);
    await refused.says(argument);
    expect(await refused.ended()).toBe(1);
    expect(readPostmaster(join(postgres, 'data'))).toBeNull();
  });
});

describe('fp without a server', () => {
  it('says what to type and starts nothing', () => {
    const { status, stderr } = fp('migrate', 'status');
    expect(status).toBe(2);
    expect(stderr).toContain('npm start');
    expect(readPostmaster(join(postgres, 'data'))).toBeNull();
  });
});
