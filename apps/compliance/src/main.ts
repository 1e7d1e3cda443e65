import { startService } from '@fusion-prime/service/start';
import { compliance } from './compliance.js';

await startService(compliance);
