import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { inForm } from './in-form.js';

const text = z.string().min(1);
const count = z.int().min(0).max(100_000);

const service = z.strictObject({
  /** What Cloud Run and Kubernetes call it: the alert service is `alert-notification` in production. */
  deployedAs: text,
  serviceAccount: text,
  /** Of Cloud SQL, without project and region. */
  instance: text,
  /** Secrets that hold a connection string: the service's role, and the owner's for migrations. */
  databaseUrlSecret: text,
  migrateUrlSecret: text,
  minInstances: count,
  maxInstances: count,
  poolSize: count,
  maxOverflow: count,
  /** Literal variables of this service alone. */
  variables: z.record(text, z.string()).default({}),
  /** Variable → secret that is mounted as a file, for variables whose form is `file`. */
  fileSecrets: z.record(text, text).default({}),
});

/** Who migrates, and who deploys: neither is a service's own account. */
const accounts = z.strictObject({ migrate: text, deploy: text });

const facts = z.strictObject({
  environment: text,
  project: text,
  region: text,
  /** Major version of the server. */
  postgres: z.int().min(15).max(18),
  /** What one instance accepts, and how many of these are kept for migrations and people. */
  maxConnections: count,
  reservedConnections: count,
  migrationsBucket: text,
  accounts: accounts.optional(),
  /** Secret → the version that is deployed. Never `latest`: an instance started later would differ. */
  secretVersions: z.record(text, z.int().min(1)).default({}),
  /** Literal variables and file secrets of every service. */
  variables: z.record(text, z.string()).default({}),
  fileSecrets: z.record(text, text).default({}),
  services: z.record(text, service),
});

/** Where one environment's databases, secrets and accounts are: what no code can know. */
export type DeploymentFacts = z.infer<typeof facts>;
export type ServiceFacts = z.infer<typeof service>;

/**
 * @throws {Error} when the file cannot be read, or with every place where it holds no facts.
 */
export function readFacts(file: string): DeploymentFacts {
  // A pretty error shows the line; whoever names the wrong file names one with secrets.
  return inForm(facts, parse(readFileSync(file, 'utf8'), { prettyErrors: false }));
}
