import { setTimeout as sleep } from 'node:timers/promises';
import { variableOf, type ServiceName } from '@fusion-prime/kernel';
import { inspect, type Inspected } from './container.js';
import { docker, run, succeed, type Ran } from './engine.js';

export const SERVICES: readonly ServiceName[] = [
  'settlement',
  'compliance',
  'risk-engine',
  'alert',
  'price-oracle',
];
const HEALTHY_DEADLINE_MS = 120_000;
const POLL_MS = 200;

export interface ProjectPlace {
  name: string;
  /** `['docker', 'compose']` or `['docker-compose']`. */
  compose: readonly string[];
  file: string;
  /** What `.env` would say: ports of its own, an image of its own. */
  vars: Readonly<Record<string, string>>;
}

/** One run of docker-compose.yml under a name of its own, beside whatever else runs on this machine. */
export class ComposeProject {
  constructor(readonly place: ProjectPlace) {}

  get network(): string {
    return `${this.place.name}_default`;
  }

  url(service: string): string {
    const variable = variableOf(service, 'PORT');
    return `http://127.0.0.1:${this.place.vars[variable]}`;
  }

  /** Ends with an error unless the command does what it should. */
  async compose(...args: string[]): Promise<string> {
    const [program, before] = this.#command();
    return succeed(program, [...before, ...args], this.place.vars);
  }

  /** `docker compose run --rm -T fp …` */
  async fp(...args: string[]): Promise<Ran> {
    const [program, before] = this.#command();
    return run(program, [...before, 'run', '--rm', '-T', 'fp', ...args], this.place.vars);
  }

  async up(): Promise<void> {
    await this.compose('up', '-d');
    await this.untilHealthy('postgres', ...SERVICES);
  }

  /** The newest container of a service; one that `run` made is none. */
  async container(service: string): Promise<Inspected> {
    const label = 'label=com.docker.compose.';
    const filters = [`${label}project=${this.place.name}`, `${label}service=${service}`];
    const oneOff = ['--filter', `${label}oneoff=False`];
    const ids = await docker(
      'ps',
      '-aq',
      ...filters.flatMap((one) => ['--filter', one]),
      ...oneOff,
    );
    const [id] = ids.trim().split('\n');
    if (id === undefined || id === '') throw new Error(`${service} has no container`);
    return inspect(id);
  }

  /** @throws {Error} with the health log of the one that is not, once it takes too long. */
  async untilHealthy(...services: string[]): Promise<void> {
    const deadline = performance.now() + HEALTHY_DEADLINE_MS;
    for (const service of services) {
      for (;;) {
        const { State } = await this.container(service);
        if (State.Status === 'running' && State.Health?.Status === 'healthy') break;
        if (performance.now() > deadline) {
          throw new Error(`${service} is not healthy: ${JSON.stringify(State)}`);
        }
        await sleep(POLL_MS);
      }
    }
  }

  /** Everything that the containers of a service wrote. */
  async logs(service: string): Promise<string> {
    return this.compose('logs', '--no-color', service);
  }

  #command(): [program: string, before: string[]] {
    const [program = 'docker', ...rest] = this.place.compose;
    return [program, [...rest, '-p', this.place.name, '-f', this.place.file]];
  }
}
