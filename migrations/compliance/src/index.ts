import { CreateCompliance1760000000000 } from './1760000000000-create-compliance.js';
import { CreateServiceCanary1760000100000 } from './1760000100000-create-service-canary.js';
import { CreateOutbox1760000200000 } from './1760000200000-create-outbox.js';
import { CreateIdempotencyKeys1760000300000 } from './1760000300000-create-idempotency-keys.js';
import { CreateTransferDecisions1760000400000 } from './1760000400000-create-transfer-decisions.js';
import { IndexParkedEvents1760000500000 } from './1760000500000-index-parked-events.js';

/** In the order in which they are applied. */
export const migrations = [
  CreateCompliance1760000000000,
  CreateServiceCanary1760000100000,
  CreateOutbox1760000200000,
  CreateIdempotencyKeys1760000300000,
  CreateTransferDecisions1760000400000,
  IndexParkedEvents1760000500000,
];

/** The checksums of what this build was made with. */
export const migrationsLock = new URL('../migrations.lock', import.meta.url);
