import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A client's webhook endpoint: remembers what came under which id. */
export class Receiver {
  /** By `webhook-id`: the command it told of. The same id twice is the same delivery. */
  readonly settled = new Map<string, string>();
  requests = 0;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.requests += 1;
        const body = JSON.parse(Buffer.concat(chunks).toString()) as {
          data: { command_id: string };
        };
        this.settled.set(String(request.headers['webhook-id']), body.data.command_id);
        response.writeHead(204).end();
      });
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/hook`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
