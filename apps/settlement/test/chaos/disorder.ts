import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import type { SeededRandom } from './random.js';

/**
 * A network that does what networks do: what goes through it is delayed, so that one overtakes another,
 * delivered twice, or delivered with its answer lost.
 */
export class Disorder {
  readonly injected = { duplicates: 0, delays: 0, lostAnswers: 0 };
  private readonly server: Server;

  constructor(
    private readonly target: string,
    private readonly random: SeededRandom,
  ) {
    this.server = createServer((request, response) => {
      this.pass(request, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const send = (): Promise<Response> => this.forward(request, Buffer.concat(chunks));
    if (this.random.chance(0.4)) {
      this.injected.delays += 1;
      await sleep(this.random.below(150));
    }
    const answer = await send();
    if (this.random.chance(0.4)) {
      this.injected.duplicates += 1;
      await send().catch(() => undefined);
    }
    if (this.random.chance(0.25)) {
      this.injected.lostAnswers += 1;
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  private forward(request: IncomingMessage, body: Buffer): Promise<Response> {
    const { authorization, 'content-type': type } = request.headers;
    return fetch(`${this.target}${request.url ?? '/'}`, {
      method: request.method ?? 'POST',
      headers: { ...(authorization && { authorization }), ...(type && { 'content-type': type }) },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
  }
}
