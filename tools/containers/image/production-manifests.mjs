// Run in the image's build, in a folder that holds every manifest and the lock file: forgets what only
// developers need. `npm ci --omit=dev -w NAME` alone would bring it, because a workspace is never a
// developer's package to npm: each app names libs/testing, and that names Jest.
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK = 'package-lock.json';
const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const workspaces = Object.entries(lock.packages).filter(
  ([place]) => place !== '' && !place.includes('node_modules'),
);
for (const [place, locked] of workspaces) {
  const file = `${place}/package.json`;
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  // Both, or npm says that they disagree.
  for (const one of [locked, manifest]) delete one.devDependencies;
  writeFileSync(file, JSON.stringify(manifest, null, 2));
}
writeFileSync(LOCK, JSON.stringify(lock));
