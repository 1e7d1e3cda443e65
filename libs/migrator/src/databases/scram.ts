import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

// What PostgreSQL itself uses (scram_iterations).
const ITERATIONS = 4_096;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/**
 * The verifier that PostgreSQL stores for a password (RFC 5802, RFC 7677). Sent instead of the password,
 * which would otherwise stand in the server's log whenever statements are logged.
 *
 * Anything but ASCII would need SASLprep, so such a password goes to the server as it is.
 *
 * @example scramVerifier('secret') // 'SCRAM-SHA-256$4096:…$…:…'
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  if (!PRINTABLE_ASCII.test(password)) return password;
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const hmac = (key: Buffer, text: string): Buffer =>
    createHmac('sha256', key).update(text).digest();
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const serverKey = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
