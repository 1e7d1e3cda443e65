export { principalIfAny } from './auth/authenticate.js';
export type { Principal } from './auth/principal.js';
export { ServiceToken, ServiceTokenUnreadable } from './auth/service-token.js';
export { TokenVerifier } from './auth/token-verifier.js';
export type { AuthConfig } from './configuration/auth-config.js';
export { describeVariables } from './configuration/describe-variables.js';
export type { VariableDescription } from './configuration/describe-variables.js';
export type { Variables } from './configuration/read-configuration.js';
export type { ServiceConfig } from './configuration/service-config.js';
export { Cursors } from './cursors/cursors.js';
export type { CursorFilters } from './cursors/cursors.js';
export type { OpenAPIObject } from './docs/openapi.js';
export type { MetricOf, Sample } from './metrics/metric-of.js';
export { OwnMetrics } from './metrics/own-metrics.js';
export { OwnChecks } from './health/own-checks.js';
export type { OwnCheck } from './health/own-checks.js';
export { Problem, PROBLEM_TYPE } from './problems/problem.js';
export type { ProblemDocument, ProblemOptions } from './problems/problem.js';
export { CurrentPrincipal } from './routes/current-principal.js';
export { bodyErrors, statedCode } from './routes/field-errors.js';
export {
  ETAG_HEADER,
  etagOf,
  IfMatchMalformed,
  IfMatchMissing,
  versionIfAny,
  versionOf,
} from './routes/if-match.js';
export {
  BodyByType,
  BodyLimit,
  IdempotentBy,
  IfMatch,
  JsonBody,
  PathParam,
  Produces,
  Public,
  QueryParams,
  Scopes,
  ShownOnce,
  Summary,
} from './routes/route-rules.js';
export type { Answer, RouteRules } from './routes/route-rules.js';
export {
  amountOrZeroSchema,
  amountSchema,
  cursorSchema,
  instantSchema,
  pageLimitSchema,
} from './routes/schemas.js';
export { Background } from './start/background.js';
export { createService, openApiDocument } from './start/create-service.js';
export { commonEntities } from './start/common-entities.js';
export { Lifecycle } from './start/lifecycle.js';
export type { ServiceDefinition, ServiceParts } from './start/service-definition.js';
export { startService } from './start/start-service.js';
export { LOGGER, SERVICE_CONFIG } from './start/tokens.js';
