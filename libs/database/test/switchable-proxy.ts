import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/** A TCP way to the server that a test can cut, block and mend: a database that goes away. */
export class SwitchableProxy {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  /** Accepts and never answers: a network that swallows packets. */
  swallow = false;
  port = 0;

  private constructor(private readonly targetPort: number) {}

  static async reserve(targetPort: number): Promise<SwitchableProxy> {
    const proxy = new SwitchableProxy(targetPort);
    await proxy.open();
    await proxy.cut();
    return proxy;
  }

  async open(): Promise<void> {
    const server = createServer((socket) => this.join(socket));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Closes the door and breaks every open connection. */
  async cut(): Promise<void> {
    const { server } = this;
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) =>
      server === undefined ? resolve() : server.close(() => resolve()),
    );
    this.server = undefined;
  }

  private join(near: Socket): void {
    this.track(near);
    if (this.swallow) return;
    const far = connect(this.targetPort, '127.0.0.1');
    this.track(far);
    near.on('data', (chunk) => !this.swallow && far.write(chunk));
    far.on('data', (chunk) => !this.swallow && near.write(chunk));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}
