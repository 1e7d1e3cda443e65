import { CreatePriceOracle1760000000000 } from './1760000000000-create-price-oracle.js';
import { CreateServiceCanary1760000100000 } from './1760000100000-create-service-canary.js';
import { CreateIdempotencyKeys1760000200000 } from './1760000200000-create-idempotency-keys.js';

/** In the order in which they are applied. */
export const migrations = [
  CreatePriceOracle1760000000000,
  CreateServiceCanary1760000100000,
  CreateIdempotencyKeys1760000200000,
];

/** The checksums of what this build was made with. */
export const migrationsLock = new URL('../migrations.lock', import.meta.url);
