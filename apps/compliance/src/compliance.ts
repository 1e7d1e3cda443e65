import type { ServiceDefinition } from '@fusion-prime/service/start';

/** The service as a value: its process, its tests and its OpenAPI file are made of the same one. */
export const compliance: ServiceDefinition<object> = {
  name: 'compliance',
  defaultPort: 4002,
  readConfig: () => ({}),
  load: async () => (await import('./compliance.module.js')).complianceParts,
};
