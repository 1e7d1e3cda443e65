import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where webhooks go to: it checks every signature, and remembers when each delivery began to arrive. */
export class WebhookReceiver {
  /** By path and message. */
  readonly arrivals = new Map<string, number>();
  /** Wrong signatures, and what came twice. */
  failed = 0;

  private constructor(
    private readonly server: Server,
    private readonly key: Buffer,
  ) {}

  /** @param secret `whsec_` and base64; the same for every path */
  static async open(secret: string): Promise<WebhookReceiver> {
    const server = createServer();
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const receiver = new WebhookReceiver(server, key);
    server.on('request', (request, response) => {
      const at = performance.now();
      const id = String(request.headers['webhook-id']);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const timestamp = String(request.headers['webhook-timestamp']);
        const content = `${id}.${timestamp}.${Buffer.concat(chunks).toString()}`;
        const good = receiver.sign(content) === request.headers['webhook-signature'];
        receiver.take(`${request.url ?? ''} ${id}`, at, good);
        response.writeHead(204).end();
      });
    });
    await listen(server);
    return receiver;
  }

  get url(): string {
    return urlOf(this.server);
  }

  forget(): void {
    this.arrivals.clear();
    this.failed = 0;
  }

  close(): void {
    end(this.server);
  }

  private sign(content: string): string {
    return `v1,${createHmac('sha256', this.key).update(content).digest('base64')}`;
  }

  private take(delivery: string, at: number, good: boolean): void {
    if (!good || this.arrivals.has(delivery)) this.failed += 1;
    else this.arrivals.set(delivery, at);
  }
}

/** An endpoint that takes connections and never answers. */
export async function openHanging(): Promise<{ url: string; close: () => void }> {
  const server = createServer(() => undefined);
  await listen(server);
  return { url: urlOf(server), close: () => end(server) };
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function urlOf(server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${String(port)}`;
}

function end(server: Server): void {
  server.close();
  server.closeAllConnections();
}
