import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@fusion-prime/postgres-server';
import { eventually } from '@fusion-prime/testing';

// Debian keeps it where only root's PATH looks.
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;
const found = spawnSync('nats-server', ['--version'], { env: { PATH } }).error === undefined;
/** A machine without it says so by skipped tests; CI installs it, so there they run or fail. */
export const natsIsHere = found || process.env['CI'] !== undefined;

/** A real NATS server with JetStream on this machine, which a test may kill. */
export class NatsServer {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<NatsServer> {
    const folder = mkdtempSync(join(tmpdir(), 'fusion-prime-nats-'));
    const server = new NatsServer(await freePort(), folder);
    await server.restart();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${String(this.port)}`;
  }

  /** On the same port, with what it had stored. */
  async restart(): Promise<void> {
    const args = ['-js', '-sd', this.folder, '-a', '127.0.0.1', '-p', String(this.port)];
    this.child = spawn('nats-server', args, { env: { PATH }, stdio: 'ignore' });
    await eventually(() => answers(this.port));
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Another disk: on the same port, and nothing of what it had stored. */
  async replace(): Promise<void> {
    await this.remove();
    await this.restart();
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @throws {Error} until somebody listens there */
async function answers(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data');
  } finally {
    socket.destroy();
  }
}
