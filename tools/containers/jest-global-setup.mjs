import { startPlatform } from './dist/platform.js';

export default async function setup() {
  await startPlatform(process.cwd());
}
