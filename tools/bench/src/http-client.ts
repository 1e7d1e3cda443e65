import { Agent, request } from 'node:http';

export interface HttpAnswer {
  status: number;
  text: string;
}

const TIMEOUT_MS = 30_000;

/** JSON over kept connections, with a token; as little work as Node does for a request. */
export class HttpClient {
  private readonly agent: Agent;

  constructor(
    private readonly origin: string,
    private readonly token: string,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  get(path: string): Promise<HttpAnswer> {
    return this.send('GET', path);
  }

  post(path: string, body: string | Buffer): Promise<HttpAnswer> {
    return this.send('POST', path, body);
  }

  close(): void {
    this.agent.destroy();
  }

  private send(method: string, path: string, body?: string | Buffer): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      };
      const options = { method, headers, agent: this.agent, timeout: TIMEOUT_MS };
      const sent = request(new URL(path, this.origin), options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

/** Does every piece of work, `width` of them at a time. @returns how long each took, sorted */
export async function timed<Item>(
  width: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<number[]> {
  const latenciesMs: number[] = [];
  const waiting = [...items].reverse();
  const lane = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      const startedAt = performance.now();
      await work(item);
      latenciesMs.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return latenciesMs.sort((a, b) => a - b);
}
