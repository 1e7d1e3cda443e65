import { stopPlatform } from './dist/platform.js';

export default async function teardown() {
  await stopPlatform();
}
