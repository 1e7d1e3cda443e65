import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { eventually } from './eventually.js';

/** A PostgreSQL server in a container, as tests reach it. */
export interface ContainerServer {
  containerId: string;
  /** Of the engine: another machine's, or a virtual machine's, when it does not run here. */
  host: string;
  port: number;
  adminUrl: string;
}

export interface ContainerOptions {
  image: string;
  settings: Readonly<Record<string, string | number>>;
  /** One that stays the same over a restart; else the engine takes a free one. */
  hostPort?: number;
}

/** Says whose the container is, so that one of a killed run is found and removed. */
const LABEL = 'fusion-prime.test-run';
const INSIDE_PORT = 5432;
/** The first start makes the cluster; the image may have to be fetched before that. */
const START_DEADLINE_MS = 180_000;

/** Loaded for those alone who want a container: it takes a third of a second. */
const load = () => import('testcontainers');

async function engine() {
  return (await (await load()).getContainerRuntimeClient()).container;
}

export async function startContainer(options: ContainerOptions): Promise<ContainerServer> {
  const { GenericContainer } = await load();
  const password = randomBytes(24).toString('base64url');
  const settings = Object.entries(options.settings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const { hostPort } = options;
  const started = await new GenericContainer(options.image)
    .withEnvironment({
      POSTGRES_PASSWORD: password,
      // As the embedded server: the order of texts is that of their bytes.
      POSTGRES_INITDB_ARGS: '--encoding=UTF8 --locale=C',
    })
    .withCommand(['postgres', ...settings])
    .withLabels({ [LABEL]: String(process.pid) })
    .withExposedPorts(
      hostPort === undefined ? INSIDE_PORT : { container: INSIDE_PORT, host: hostPort },
    )
    .withStartupTimeout(START_DEADLINE_MS)
    .start();
  const [host, port] = [started.getHost(), started.getMappedPort(INSIDE_PORT)];
  const server = {
    containerId: started.getId(),
    host,
    port,
    adminUrl: `postgresql://postgres:${password}@${host}:${port}/postgres`,
  };
  await untilAnswering(server);
  return server;
}

/** kill -9 of everything in it; what it stored stays. */
export async function killContainer({ containerId }: ContainerServer): Promise<void> {
  const container = (await engine()).getById(containerId);
  const ended = container.wait();
  await container.kill({ signal: 'SIGKILL' });
  await ended;
}

export async function startContainerAgain(server: ContainerServer): Promise<void> {
  await (await engine()).getById(server.containerId).start();
  await untilAnswering(server);
}

/** With its volume. */
export async function removeContainer(containerId: string): Promise<void> {
  await (await engine()).getById(containerId).remove({ force: true, v: true });
}

/** Where no reaper is allowed, a killed run leaves its containers behind. */
export async function removeOrphanedContainers(isAlive: (pid: number) => boolean): Promise<void> {
  for (const { Id, Labels } of await (await engine()).list()) {
    const pid = Number(Labels[LABEL]);
    if (Number.isInteger(pid) && !isAlive(pid)) await removeContainer(Id);
  }
}

/** A listening port is not enough: the engine listens in the server's place. */
async function untilAnswering({ adminUrl }: ContainerServer): Promise<void> {
  await eventually(
    async () => {
      const client = new pg.Client({ connectionString: adminUrl });
      client.on('error', () => undefined);
      await client.connect();
      await client.end();
    },
    { timeoutMs: START_DEADLINE_MS },
  );
}
