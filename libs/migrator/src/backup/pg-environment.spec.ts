import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDatabaseUrl } from '@fusion-prime/database/connection';
import { pgEnvironment } from './pg-environment.js';

async function environmentOf(url: string, surroundings: Record<string, string> = {}) {
  const rules = { audience: 'service-development', allowLoopback: true, variable: 'URL' } as const;
  const { target } = parseDatabaseUrl(url, rules);
  if (target === undefined) throw new Error(`not a URL: ${url}`);
  return pgEnvironment(target, surroundings);
}

describe('a program of PostgreSQL', () => {
  it('goes where our own connections go, whatever the surroundings say', async () => {
    const url = 'postgresql://o:s@127.0.0.1:6432/books?sslmode=disable';
    const { variables, remove } = await environmentOf(url, {
      PATH: '/bin',
      PGSERVICE: 'x',
      PGHOST: 'y',
    });
    expect(variables).toMatchObject({
      PATH: '/bin',
      PGHOST: '127.0.0.1',
      PGPORT: '6432',
      PGDATABASE: 'books',
      PGUSER: 'o',
      PGSSLMODE: 'disable',
    });
    expect(variables).not.toHaveProperty('PGSERVICE');
    remove();
  });

  it('removes the password that a killed backup has left behind, and no other', async () => {
    const url = 'postgresql://o:s@127.0.0.1:6432/books?sslmode=disable';
    const { pid: dead } = spawnSync(process.execPath, ['--version']);
    const orphan = mkdtempSync(join(tmpdir(), `fp-pg-${dead}-`));
    const running = await environmentOf(url);
    const { remove } = await environmentOf(url);
    expect(existsSync(orphan)).toBe(false);
    expect(existsSync(running.variables['PGPASSFILE'] ?? '')).toBe(true);
    remove();
    running.remove();
  });

  it('finds the password in a file, whatever it is made of, until it has ended', async () => {
    const { variables, remove } = await environmentOf(
      'postgresql://o:a%3Ab%5Cc@127.0.0.1/books?sslmode=disable',
    );
    const file = variables['PGPASSFILE'] ?? '';
    expect(readFileSync(file, 'utf8')).toBe('*:*:*:*:a\\:b\\\\c\n');
    remove();
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ['verify-full&sslrootcert=/etc/ca.pem', 'verify-full', /^\/etc\/ca\.pem$/],
    ['verify-full', 'verify-full', /authorities\.pem$/],
    ['require', 'require', /^undefined$/],
  ])('asks for the same TLS: sslmode=%s', async (query, mode, certificate) => {
    const { variables, remove } = await environmentOf(
      `postgresql://o:s@db.example:5432/books?sslmode=${query}`,
    );
    expect(variables['PGSSLMODE']).toBe(mode);
    expect(String(variables['PGSSLROOTCERT'])).toMatch(certificate);
    remove();
  });
});
