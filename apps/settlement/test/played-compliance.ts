import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Decision = 'APPROVED' | 'REJECTED' | 'HELD' | 'PENDING';

/** A compliance that a test can make slow, absent, or of another mind. */
export interface PlayedCompliance {
  url: string;
  /** What it says of each transfer; a number: it answers with that status. */
  say: Decision | number;
  /** How many requests came. */
  asked: number;
  /** While set, an answer waits for it. */
  gate: Promise<void> | undefined;
  close(): void;
}

export async function playedCompliance(): Promise<PlayedCompliance> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      played.asked += 1;
      const { transfers } = JSON.parse(Buffer.concat(chunks).toString()) as {
        transfers: { settlement_id: string }[];
      };
      const answer = (): void => {
        const { say } = played;
        if (typeof say === 'number') {
          response.writeHead(say).end('{}');
          return;
        }
        const results = transfers.map(({ settlement_id }) => ({ settlement_id, decision: say }));
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ results }));
      };
      void (played.gate ?? Promise.resolve()).then(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const played: PlayedCompliance = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    say: 'APPROVED',
    asked: 0,
    gate: undefined,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return played;
}
