import { startService } from '@fusion-prime/service/start';
import { riskEngine } from './risk-engine.js';

await startService(riskEngine);
