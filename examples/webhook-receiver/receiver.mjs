#!/usr/bin/env node
// Shows signed webhooks as they arrive, and refuses what was not signed with the secret. No dependency:
// what stands here is all that Standard Webhooks asks of a receiver.
//
//   WEBHOOK_SECRET=whsec_… node receiver.mjs          listens on 127.0.0.1:8000, or on PORT
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

/** An old message that somebody recorded is no message: clocks may differ by so much. */
const TOLERANCE_S = 300;
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Whether a message was signed with the secret. Takes the body as it came, byte for byte: JSON that was
 * parsed and written again is another text.
 */
export function isSigned(body, headers, secret, now = Date.now()) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': given } = headers;
  if (!id || !given || !/^\d+$/.test(timestamp ?? '')) return false;
  if (Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE_S) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  // Several while a secret is rotated: one that fits is enough.
  return given.split(' ').some((signature) => {
    const [version, encoded = ''] = signature.split(',');
    const bytes = Buffer.from(encoded, 'base64');
    return version === 'v1' && bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}

/** Ids of what was handled: a message may come twice. A real receiver keeps them with its data. */
const seen = new Set();

async function receive(request, response, secret) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) return response.writeHead(413).end();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!isSigned(body, request.headers, secret)) {
    console.log('refused: not signed with this secret');
    return response.writeHead(401).end();
  }
  const id = request.headers['webhook-id'];
  const { type, timestamp, data } = JSON.parse(body.toString());
  console.log(`${seen.has(id) ? 'again' : 'new'} ${id} ${type} ${timestamp}`);
  console.log(JSON.stringify(data));
  seen.add(id);
  return response.writeHead(204).end();
}

function start() {
  const secret = process.env.WEBHOOK_SECRET ?? '';
  if (!secret.startsWith('whsec_')) {
    console.error('WEBHOOK_SECRET is not set: the whsec_… that the subscription showed once');
    process.exit(78);
  }
  const server = createServer((request, response) => {
    receive(request, response, secret).catch(() => response.destroy());
  });
  server.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}`);
  });
}

if (process.argv[1] === import.meta.filename) start();
