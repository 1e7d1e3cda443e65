import { createHash } from 'node:crypto';

/** sha256 of a source text whose line ends are LF: a checkout on Windows must not look edited. */
export function sourceSha256(text: string): string {
  return createHash('sha256').update(text.replace(/\r\n/g, '\n')).digest('hex');
}
