/** Why no deployment files are made: a stable code, and what would do. */
export class DeployRefused extends Error {
  override readonly name = 'DeployRefused';
  constructor(
    readonly code: DeployCode,
    message: string,
  ) {
    super(`${code} ${message}`);
  }
}

export type DeployCode =
  | 'DEPLOY_ACCOUNT_MISSING'
  | 'DEPLOY_CONNECTION_BUDGET'
  | 'DEPLOY_ENVIRONMENTS_DIFFER'
  | 'DEPLOY_FACTS_INVALID'
  | 'DEPLOY_NOT_A_FILE'
  | 'DEPLOY_SECRET_IN_CLEAR'
  | 'DEPLOY_SECRET_VERSION_MISSING'
  | 'DEPLOY_SERVICE_MISSING'
  | 'DEPLOY_SERVICE_UNKNOWN'
  | 'DEPLOY_VALUE_INVALID'
  | 'DEPLOY_VARIABLE_CONFLICT'
  | 'DEPLOY_VARIABLE_MISSING'
  | 'DEPLOY_VARIABLE_UNKNOWN';
