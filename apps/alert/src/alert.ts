import type { ServiceDefinition } from '@fusion-prime/service/start';

/** The service as a value: its process, its tests and its OpenAPI file are made of the same one. */
export const alert: ServiceDefinition<object> = {
  name: 'alert',
  defaultPort: 4004,
  readConfig: () => ({}),
  load: async () => (await import('./alert.module.js')).alertParts,
};
