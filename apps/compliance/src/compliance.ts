import type { ServiceDefinition } from '@fusion-prime/service/start';
import {
  COMPLIANCE_CONFIG,
  readComplianceConfig,
  type ComplianceConfig,
} from './compliance.config.js';

/** The service as a value: its process, its tests and its OpenAPI file are made of the same one. */
export const compliance: ServiceDefinition<ComplianceConfig> = {
  name: 'compliance',
  defaultPort: 4002,
  readConfig: readComplianceConfig,
  configToken: COMPLIANCE_CONFIG,
  load: async () => (await import('./compliance.module.js')).complianceParts,
};
