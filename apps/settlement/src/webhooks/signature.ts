import { createHmac } from 'node:crypto';
import { signingKey } from './secret.js';

/** What is signed: one message, at the time of one attempt. */
export interface SignedContent {
  id: string;
  sentAt: Date;
  body: string;
}

/**
 * The headers of Standard Webhooks: an HMAC-SHA256 over `id.timestamp.body` for each live secret, so that a
 * receiver may know the old one or the new one while a secret is rotated.
 *
 * @param secrets the current one first
 */
export function signatureHeaders(
  { id, sentAt, body }: SignedContent,
  secrets: readonly string[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1_000));
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', signingKey(secret)).update(`${id}.${timestamp}.${body}`);
    return `v1,${mac.digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
