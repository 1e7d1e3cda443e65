import { startService } from '@fusion-prime/service';
import { settlement } from './settlement.js';

await startService(settlement);
