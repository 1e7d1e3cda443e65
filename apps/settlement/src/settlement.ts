import type { ServiceDefinition } from '@fusion-prime/service/start';
import {
  readSettlementConfig,
  SETTLEMENT_CONFIG,
  type SettlementConfig,
} from './settlement.config.js';

/** The service as a value: its process, its tests and its OpenAPI file are made of the same one. */
export const settlement: ServiceDefinition<SettlementConfig> = {
  name: 'settlement',
  defaultPort: 4001,
  readConfig: readSettlementConfig,
  configToken: SETTLEMENT_CONFIG,
  load: async () => (await import('./settlement.module.js')).settlementParts,
};
