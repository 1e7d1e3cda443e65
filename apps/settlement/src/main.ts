import { startService } from '@fusion-prime/service/start';
import { settlement } from './settlement.js';

await startService(settlement);
