import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AuditContext,
  type AuditedFile,
  findFiles,
  readFacts,
  readFleetNames,
  readManifest,
} from '../src/index.js';

const root = join(import.meta.dirname, '..', '..', '..');
const deploy = join(root, 'tools', 'deploy');

/** What `fp audit` looks at in this repository. */
export function repositoryFiles(): AuditedFile[] {
  return findFiles([root], root);
}

/** What it knows of this repository's services. */
export function repositoryContext(): AuditContext {
  const names = readdirSync(deploy).filter((name) => /^(production|staging)\.yaml$/.test(name));
  return {
    fleet: readFleetNames(join(root, 'migrations', 'fleet.yaml')),
    manifest: readManifest(join(deploy, 'manifest.json')),
    facts: names.map((name) => readFacts(join(deploy, name))),
    today: '2026-11-20',
  };
}
