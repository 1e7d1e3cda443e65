import type { ServiceDefinition } from '@fusion-prime/service/start';

/** The service as a value: its process, its tests and its OpenAPI file are made of the same one. */
export const priceOracle: ServiceDefinition<object> = {
  name: 'price-oracle',
  defaultPort: 4005,
  readConfig: () => ({}),
  load: async () => (await import('./price-oracle.module.js')).priceOracleParts,
};
