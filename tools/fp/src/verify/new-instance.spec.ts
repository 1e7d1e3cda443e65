import { describe, expect, it } from '@jest/globals';
import { eventually } from '@fusion-prime/testing';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byCommand } from './new-instance.js';

const never = new AbortController().signal;
const URL = 'http://127.0.0.1:4004';
const LONG_MS = 60_000;

async function failureOf(command: string, timeoutMs: number, signal = never): Promise<string> {
  const { message } = await byCommand(
    command,
    timeoutMs,
    signal,
  )('alert', URL).then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );
  return message;
}

describe('a restart command', () => {
  it('is told which service is meant, and where it is', async () => {
    const command = 'test "$FP_SERVICE $FP_SERVICE_URL" = "alert http://127.0.0.1:4004"';
    await byCommand(command, LONG_MS, never)('alert', URL);
  });

  it('that fails is quoted, at its end only', async () => {
    const command = 'seq 1 1000; echo no such service >&2; exit 3';
    const message = await failureOf(command, LONG_MS);
    expect(message).toMatch(/^exit 3: [\s\S]{300,400}no such service$/);
  });

  it('is ended with everything it started, at the end of its time', async () => {
    const message = await failureOf('sleep 60 & echo $!; wait', 300);
    expect(message).toContain('not done after 0.3 s');
    const pid = Number(/(\d+)$/.exec(message)?.[1]);
    expect(pid).toBeGreaterThan(1);
    await eventually(() => expect(runs(pid)).toBe(false));
  });

  it('is ended by an interruption', async () => {
    const interruption = new AbortController();
    const failure = failureOf('sleep 60', LONG_MS, interruption.signal);
    interruption.abort();
    expect(await failure).toContain('not done');
    expect(await failureOf('sleep 60', LONG_MS, interruption.signal)).toContain('not done');
  });

  it('is done when it ends, though what it left running holds its output', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fp-restart-'));
    try {
      const command = `sleep 60 & echo $! > "${folder}/pid"`;
      await byCommand(command, LONG_MS, never)('alert', URL);
      const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
      expect(runs(pid)).toBe(true);
      process.kill(pid);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** What has ended and was not yet asked for its exit code does not run any more. */
function runs(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return !/^(Z.*)?$/.test(stdout.trim());
}
