import { readFileSync } from 'node:fs';
import { issuerFolder } from '../issuer-folder.js';
import { hasIssuer, mintToken } from '../issuer.js';
import { CommandRefused } from '../refusal.js';
import type { Credentials } from './service-client.js';

const LOCAL_TOKEN_S = 900;

/**
 * The token to ask services with: FP_TOKEN, a file, or one of the local issuer for the services of this
 * checkout. It has to have the scope `<service>:admin` of each of them.
 *
 * @throws {CommandRefused} when there is none.
 */
export async function credentials(
  services: readonly string[],
  tokenFile: string | undefined,
): Promise<Credentials> {
  const token = givenToken(tokenFile) ?? (await localToken(services));
  const gatewayToken = process.env['FP_GATEWAY_TOKEN'];
  for (const secret of [token, gatewayToken]) {
    if (secret !== undefined && !/^[\w.~+/=-]+$/.test(secret)) {
      throw new CommandRefused('NO_TOKEN', 'what was given for a token is none');
    }
  }
  return { token, gatewayToken };
}

function givenToken(tokenFile: string | undefined): string | undefined {
  if (tokenFile === undefined) return process.env['FP_TOKEN']?.trim();
  try {
    return readFileSync(tokenFile, 'utf8').trim();
  } catch (cause) {
    throw new CommandRefused('NO_TOKEN', `${tokenFile}: ${(cause as Error).message}`);
  }
}

async function localToken(services: readonly string[]): Promise<string> {
  const folder = issuerFolder();
  if (!hasIssuer(folder)) {
    const message =
      'no token: set FP_TOKEN, or --token-file FILE; it needs the scope <service>:admin of each service';
    throw new CommandRefused('NO_TOKEN', message);
  }
  return mintToken(folder, {
    scopes: services.map((service) => `${service}:admin`),
    audience: services,
    subject: 'fp-verify',
    expiresInSeconds: LOCAL_TOKEN_S,
  });
}
