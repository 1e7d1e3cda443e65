import { stopTestServer } from './dist/index.js';

export default async function teardown() {
  await stopTestServer();
}
