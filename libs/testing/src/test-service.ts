import type { AddressInfo } from 'node:net';
import { SERVICE_NAMES, variableOf } from '@fusion-prime/kernel';
import { createService, type ServiceDefinition } from '@fusion-prime/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventually } from './eventually.js';
import type { TestDatabase } from './database-on-server.js';
import type { TestIssuer } from './issuer.js';

export interface RunningTestService {
  url: string;
  app: NestFastifyApplication;
  close(): Promise<void>;
}

export interface TestServiceOptions {
  database: TestDatabase;
  issuer: TestIssuer;
  vars?: Record<string, string>;
}

// Port 1 is tcpmux, which no machine of ours runs: the connection is refused at once.
const NOBODY = 'http://127.0.0.1:1';

/** The environment of a service under test: everything stated, nothing inherited. */
export function testVariables({
  database,
  issuer,
  vars,
}: TestServiceOptions): Record<string, string> {
  return {
    NODE_ENV: 'test',
    FP_ENV: 'test',
    LOG_LEVEL: 'fatal',
    DATABASE_URL: database.appUrl,
    DB_POOL_SIZE: '5',
    DB_MAX_OVERFLOW: '0',
    AUTH_ISSUER: issuer.issuer,
    AUTH_JWKS_FILE: issuer.jwksFile,
    SERVICE_TOKEN_FILE: issuer.serviceTokenFile,
    ...otherServices(),
    // A test that wants commands to go their way by themselves says so.
    SETTLEMENT_AUTO_ADVANCE: 'false',
    ...vars,
  };
}

/** `<SERVICE>_URL` of each, where nobody answers: a test that wants one says so. */
function otherServices(): Record<string, string> {
  return Object.fromEntries(SERVICE_NAMES.map((name) => [variableOf(name, 'URL'), NOBODY]));
}

/** The real service in this process, on a port of its own, once it says that it is ready. */
export async function startTestService<C>(
  definition: ServiceDefinition<C>,
  options: TestServiceOptions,
): Promise<RunningTestService> {
  const app = await createService(definition, testVariables(options));
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url);
  return { url, app, close: () => app.close() };
}

/** @throws {Error} with what the probe said last. */
export async function untilReady(url: string): Promise<void> {
  await eventually(async () => {
    const answer = await fetch(`${url}/health/ready`);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`not ready: ${text}`);
  });
}
