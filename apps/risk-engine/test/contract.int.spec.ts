import { contractTests } from '@fusion-prime/testing';
import { riskEngine } from '../src/risk-engine.js';

contractTests(riskEngine, { anIndex: 'accounts_page' });
