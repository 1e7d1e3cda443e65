import type { ServiceDefinition } from '@fusion-prime/service/start';

/** The service as a value: its process, its tests and its OpenAPI file are made of the same one. */
export const riskEngine: ServiceDefinition<object> = {
  name: 'risk-engine',
  defaultPort: 4003,
  readConfig: () => ({}),
  load: async () => (await import('./risk-engine.module.js')).riskEngineParts,
};
