import { startTestServer } from './dist/server.js';

/** Int and e2e projects both name this file; the first one starts the run's only server. */
export default async function setup() {
  await startTestServer();
}
