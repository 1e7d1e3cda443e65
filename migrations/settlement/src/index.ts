import { CreateSettlement1760000000000 } from './1760000000000-create-settlement.js';
import { AddCommandOrigin1760000100000 } from './1760000100000-add-command-origin.js';
import { BackfillCommandCreatedAt1760000200000 } from './1760000200000-backfill-command-created-at.js';
import { CheckCommandCreatedAt1760000300000 } from './1760000300000-check-command-created-at.js';
import { RequireCommandCreatedAt1760000400000 } from './1760000400000-require-command-created-at.js';
import { IndexCommandPage1760000500000 } from './1760000500000-index-command-page.js';
import { CreateServiceCanary1760000600000 } from './1760000600000-create-service-canary.js';
import { CreateOutbox1760000700000 } from './1760000700000-create-outbox.js';
import { CreateProcessedEvents1760000800000 } from './1760000800000-create-processed-events.js';
import { CreateIdempotencyKeys1760000900000 } from './1760000900000-create-idempotency-keys.js';

/** In the order in which they are applied. */
export const migrations = [
  CreateSettlement1760000000000,
  AddCommandOrigin1760000100000,
  BackfillCommandCreatedAt1760000200000,
  CheckCommandCreatedAt1760000300000,
  RequireCommandCreatedAt1760000400000,
  IndexCommandPage1760000500000,
  CreateServiceCanary1760000600000,
  CreateOutbox1760000700000,
  CreateProcessedEvents1760000800000,
  CreateIdempotencyKeys1760000900000,
];

/** The checksums of what this build was made with. */
export const migrationsLock = new URL('../migrations.lock', import.meta.url);
