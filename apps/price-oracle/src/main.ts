import { startService } from '@fusion-prime/service/start';
import { priceOracle } from './price-oracle.js';

await startService(priceOracle);
