import { describeVariables } from '@fusion-prime/service';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alert } from '../../../apps/alert/src/alert.js';
import { compliance } from '../../../apps/compliance/src/compliance.js';
import { priceOracle } from '../../../apps/price-oracle/src/price-oracle.js';
import { riskEngine } from '../../../apps/risk-engine/src/risk-engine.js';
import { settlement } from '../../../apps/settlement/src/settlement.js';
import { deploymentFiles, readSources } from '../src/index.js';

type Facts = ReturnType<typeof readSources>['facts'][number];

export const root = join(import.meta.dirname, '..', '..', '..');
export const folder = join(root, 'tools', 'deploy');

export const definitions = [settlement, compliance, riskEngine, alert, priceOracle];
/** The checkout's own sources, as `npm run deploy:files` reads them. */
export const { sources, facts } = readSources(root, definitions, describeVariables);
export const files = deploymentFiles(sources, facts);

// Whatever a service takes from a file: 32 bytes in base64 are a key and a text that is long enough.
const anySecret = join(mkdtempSync(join(tmpdir(), 'deploy-')), 'secret');
writeFileSync(anySecret, Buffer.alloc(32, 7).toString('base64'));

/** The secret of each file variable of a service, by the facts; sorted, as no order is promised. */
export function fileSecretsOf(environment: Facts, service: string): [string, string][] {
  const own = environment.services[service]?.fileSecrets;
  return Object.entries({ ...environment.fileSecrets, ...own }).sort();
}

/** Those variables, each with the path of a file that the service takes. */
export function secretFilesOf(environment: Facts, service: string): Record<string, string> {
  return Object.fromEntries(fileSecretsOf(environment, service).map(([name]) => [name, anySecret]));
}
