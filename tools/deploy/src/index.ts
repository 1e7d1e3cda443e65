export { deploymentFiles, type Files } from './files.js';
export { generatedFiles } from './generated-files.js';
export { DeployRefused } from './refusal.js';
export { readSources } from './read-sources.js';
