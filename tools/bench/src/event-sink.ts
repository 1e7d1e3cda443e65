import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A subscriber that does nothing about its events: what it costs is HTTP alone. */
export class EventSink {
  /** When each event came first. */
  readonly arrivals = new Map<string, number>();
  doubled = 0;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<EventSink> {
    const server = createServer();
    const sink = new EventSink(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = sink.take(JSON.parse(Buffer.concat(chunks).toString()) as { id: string }[]);
        response.setHeader('content-type', 'application/json');
        response.end(answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}`;
  }

  forget(): void {
    this.arrivals.clear();
    this.doubled = 0;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take(events: readonly { id: string }[]): string {
    const now = performance.now();
    for (const { id } of events) {
      if (this.arrivals.has(id)) this.doubled += 1;
      else this.arrivals.set(id, now);
    }
    return JSON.stringify({ results: events.map(({ id }) => ({ id, outcome: 'done' })) });
  }
}
