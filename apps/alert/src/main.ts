import { startService } from '@fusion-prime/service/start';
import { alert } from './alert.js';

await startService(alert);
