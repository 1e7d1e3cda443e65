import type { ServiceDefinition } from '@fusion-prime/service/start';

/** The service as a value: its process, its tests and its OpenAPI file are made of the same one. */
export const settlement: ServiceDefinition<object> = {
  name: 'settlement',
  defaultPort: 4001,
  readConfig: () => ({}),
  load: async () => (await import('./settlement.module.js')).settlementParts,
};
