import { stopTestServer } from './dist/server.js';

export default async function teardown() {
  await stopTestServer();
}
