import { describeVariables } from '@fusion-prime/service';
import { join } from 'node:path';
import { alert } from '../../../apps/alert/src/alert.js';
import { compliance } from '../../../apps/compliance/src/compliance.js';
import { priceOracle } from '../../../apps/price-oracle/src/price-oracle.js';
import { riskEngine } from '../../../apps/risk-engine/src/risk-engine.js';
import { settlement } from '../../../apps/settlement/src/settlement.js';
import { deploymentFiles, readSources } from '../src/index.js';

export const root = join(import.meta.dirname, '..', '..', '..');
export const folder = join(root, 'tools', 'deploy');

export const definitions = [settlement, compliance, riskEngine, alert, priceOracle];
/** The checkout's own sources, as `npm run deploy:files` reads them. */
export const { sources, facts } = readSources(root, definitions, describeVariables);
export const files = deploymentFiles(sources, facts);
