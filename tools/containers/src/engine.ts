import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A build without any cache took 80 s; nothing here may hang a run. */
const DEADLINE_MS = 600_000;
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export class NoEngine extends Error {
  override readonly name = 'NoEngine';
  constructor(reason: string) {
    super(
      `${reason}: these tests meet a container engine. Install Docker with Compose and start it; npm test needs neither.`,
    );
  }
}

/** Runs a program to its end, whatever its exit code is. */
export async function run(
  program: string,
  args: readonly string[],
  vars: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const env = { ...process.env, ...vars };
  const limits = { timeout: DEADLINE_MS, maxBuffer: MOST_OUTPUT_BYTES };
  try {
    return { exitCode: 0, ...(await execute(program, args, { ...limits, env })) };
  } catch (error) {
    const { code, stdout, stderr, message } = error as Error & Ran & { code: unknown };
    // A program that could not be started, or was stopped by the deadline, has no exit code.
    if (typeof code !== 'number') {
      throw new Error(`${program} ${args.join(' ')}: ${message}`, { cause: error });
    }
    return { exitCode: code, stdout, stderr };
  }
}

/** As {@link run}. @throws {Error} with what it said, unless it ended with 0. */
export async function succeed(
  program: string,
  args: readonly string[],
  vars?: Readonly<Record<string, string>>,
): Promise<string> {
  const { exitCode, stdout, stderr } = await run(program, args, vars);
  if (exitCode === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${exitCode}\n${stdout}\n${stderr}`);
}

export const docker = (...args: string[]): Promise<string> => succeed('docker', args);

/**
 * `docker compose`, or `docker-compose` where that is what there is.
 *
 * @throws {NoEngine}
 */
export async function findCompose(): Promise<string[]> {
  const answers = async (program: string, args: readonly string[]): Promise<boolean> =>
    run(program, args).then(
      ({ exitCode }) => exitCode === 0,
      () => false,
    );
  if (!(await answers('docker', ['info']))) throw new NoEngine('docker info fails');
  if (await answers('docker', ['compose', 'version'])) return ['docker', 'compose'];
  if (await answers('docker-compose', ['version'])) return ['docker-compose'];
  throw new NoEngine('neither docker compose nor docker-compose is installed');
}
