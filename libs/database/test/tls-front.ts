import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket, createSecureContext } from 'node:tls';

export interface Certificates {
  /** PEM of the authority that signed the server's certificate. */
  caFile: string;
  key: string;
  cert: string;
}

/** Whether this machine can make certificates; Node itself cannot. */
export function opensslIsHere(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** An authority of a day, and a certificate by it for `DNS:localhost` alone. */
export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'tls-'));
  const file = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore', cwd: directory });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=practice',
    '-days',
    '1',
  );
  openssl(
    'req',
    ...newKey,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
  );
  writeFileSync(file('san.cnf'), 'subjectAltName=DNS:localhost\n');
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '1',
    '-extfile',
    'san.cnf',
    '-out',
    'server.pem',
  );
  return {
    caFile: file('ca.pem'),
    key: readFileSync(file('server.key'), 'utf8'),
    cert: readFileSync(file('server.pem'), 'utf8'),
  };
}

/** Answers PostgreSQL's SSLRequest, speaks TLS to the client and clear text to the server behind it. */
export async function startTlsFront(
  targetPort: number,
  { key, cert }: Certificates,
): Promise<Server> {
  const secureContext = createSecureContext({ key, cert });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // The request is eight bytes and the client sends nothing more before the answer.
    socket.once('data', () => {
      socket.write('S');
      const secure = new TLSSocket(socket, { isServer: true, secureContext });
      const far = connect(targetPort, '127.0.0.1');
      secure.on('error', () => far.destroy());
      far.on('error', () => secure.destroy());
      secure.pipe(far).pipe(secure);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
