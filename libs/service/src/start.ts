// What a main.ts needs. Its own door, because the other one brings Nest and TypeORM with it, and a
// mis-configured process shall say so before it loads them.
export { startService } from './start/start-service.js';
export type { ServiceDefinition, ServiceParts } from './start/service-definition.js';
