import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A way to the server that can lose the answer to a COMMIT: it takes place, and whoever asked for it never
 * hears so.
 */
export class SilentCommit {
  private readonly sockets = new Set<Socket>();
  private server!: Server;
  /** From now on the next COMMIT's answer is lost, with all that follows on its connection. */
  armed = false;
  url = '';

  static async before(databaseUrl: string): Promise<SilentCommit> {
    const proxy = new SilentCommit();
    const url = new URL(databaseUrl);
    const target = Number(url.port);
    proxy.server = createServer((near) => proxy.join(near, target));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    url.port = String((proxy.server.address() as AddressInfo).port);
    proxy.url = url.href;
    return proxy;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket, target: number): void {
    const far = connect(target, '127.0.0.1');
    let silent = false;
    near.on('data', (chunk: Buffer) => {
      silent ||= this.armed && chunk.includes('COMMIT');
      far.write(chunk);
    });
    far.on('data', (chunk) => !silent && near.write(chunk));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
