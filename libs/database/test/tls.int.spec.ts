import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { testServer } from '@fusion-prime/testing';
import { connectClient } from '../src/index.js';
import { PracticeDatabase, configOf } from './practice-database.js';
import { makeCertificates, opensslIsHere, portOf, startTlsFront } from './tls-front.js';

// Certificates are made with openssl. A machine without it says so by skipped tests; CI installs it, so
// there they run or fail.
const describeTls = opensslIsHere() || process.env['CI'] !== undefined ? describe : describe.skip;

describeTls('a connection over TLS', () => {
  let database: PracticeDatabase;
  let front: Server;
  let caFile: string;

  beforeAll(async () => {
    const certificates = makeCertificates();
    caFile = certificates.caFile;
    database = await PracticeDatabase.create();
    front = await startTlsFront(testServer().port, certificates);
  });
  afterAll(async () => {
    await new Promise((resolve) => front.close(resolve));
    await database.drop();
  });

  async function open(host: string, query: string): Promise<string> {
    const url = `postgresql://${database.app}:app@${host}:${portOf(front)}/${database.name}?${query}`;
    const { target } = configOf({ DATABASE_URL: url.replace('CA', caFile) }, (path) =>
      readFileSync(path, 'utf8'),
    );
    const client = await connectClient(target, { applicationName: 'tls', connectTimeoutMs: 2_000 });
    const { rows } = await client.query<{ role: string }>('SELECT current_user AS role');
    await client.end();
    return rows[0]?.role ?? '';
  }

  it.each([
    [
      'verify-full of the name in the certificate',
      'localhost',
      'sslmode=verify-full&sslrootcert=CA',
    ],
    ['verify-ca of an address that is not in it', '127.0.0.1', 'sslmode=verify-ca&sslrootcert=CA'],
    ['require, which trusts anybody', '127.0.0.1', 'sslmode=require'],
  ])('is made with %s', async (_, host, query) => {
    expect(await open(host, query)).toBe(database.app);
  });

  it.each([
    [
      'verify-full of an address that is not in the certificate',
      '127.0.0.1',
      'sslmode=verify-full&sslrootcert=CA',
    ],
    ['verify-full of an authority nobody trusts', 'localhost', 'sslmode=verify-full'],
    ['verify-ca of an authority nobody trusts', 'localhost', 'sslmode=verify-ca'],
  ])('is refused for good with %s', async (_, host, query) => {
    await expect(open(host, query)).rejects.toMatchObject({
      reason: 'DB_TLS',
      exitCode: 78,
      permanent: true,
    });
  });
});
