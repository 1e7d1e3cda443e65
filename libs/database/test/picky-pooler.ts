import { type AddressInfo, type Server, connect, createServer } from 'node:net';

const REFUSAL = 'unsupported startup parameter: statement_timeout';

/** Refuses a login that states a statement_timeout, in PgBouncer's words, and passes any other on. */
export async function startPickyPooler(targetPort: number): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (startup) => {
      if (startup.includes('statement_timeout')) {
        socket.end(errorResponse({ S: 'FATAL', C: '08P01', M: REFUSAL }));
        return;
      }
      const far = connect(targetPort, '127.0.0.1');
      far.on('error', () => socket.destroy());
      far.write(startup);
      socket.pipe(far).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** PostgreSQL's ErrorResponse: 'E', the length, fields of one letter and a C string, a zero. */
function errorResponse(fields: Record<string, string>): Buffer {
  const body = Object.entries(fields).map(([letter, text]) => `${letter}${text}\0`);
  const bytes = Buffer.from(`${body.join('')}\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}
