export { audit, type AuditReport, exitCodeOf, placeText } from './audit.js';
export type { AuditContext } from './context.js';
export { type DeploymentFacts, readFacts, type ServiceFacts } from './facts.js';
export { readFactsIn } from './facts-folder.js';
export { type AuditedFile, findFiles } from './files.js';
export type { Finding } from './finding.js';
export { type FleetName, readFleetNames } from './fleet-names.js';
export {
  type Manifest,
  readManifest,
  type ServiceManifest,
  type VariableManifest,
} from './manifest.js';
export { type AuditDocument, auditDocument, standingOf } from './report/report-json.js';
export { auditSarif } from './report/sarif.js';
export { RULES, type RuleId } from './rules/rule-table.js';
