export { readFacts, type DeploymentFacts, type ServiceFacts } from './facts.js';
export {
  readManifest,
  type Manifest,
  type ServiceManifest,
  type VariableManifest,
} from './manifest.js';
