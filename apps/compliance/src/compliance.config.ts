import { isProduction } from '@fusion-prime/database/connection';
import type { Environment } from '@fusion-prime/kernel';

/** What becomes of a transfer whose party nobody registered. */
export const UNKNOWN_PARTY_OUTCOMES = ['HELD', 'APPROVED'] as const;
export type UnknownPartyOutcome = (typeof UNKNOWN_PARTY_OUTCOMES)[number];

/** What compliance is told beside what every service is. */
export interface ComplianceConfig {
  readonly unknownParty: UnknownPartyOutcome;
}

/** Where any class of this service finds it. */
export const COMPLIANCE_CONFIG = Symbol('COMPLIANCE_CONFIG');

export function readComplianceConfig(env: Environment): ComplianceConfig {
  return Object.freeze({ unknownParty: readUnknownParty(env) });
}

/** Whoever runs the platform answers for strangers: in production there is no default. */
function readUnknownParty(env: Environment): UnknownPartyOutcome {
  const name = 'COMPLIANCE_UNKNOWN_PARTY';
  const hint = UNKNOWN_PARTY_OUTCOMES.join(' | ');
  const text = env.raw(name, { form: 'choice', choices: UNKNOWN_PARTY_OUTCOMES });
  if (text === undefined) {
    const production = isProduction(env.raw('NODE_ENV', { default: 'production' }));
    if (production) env.problem('CFG_MISSING', name, 'is not set', hint);
    return 'APPROVED';
  }
  const outcome = UNKNOWN_PARTY_OUTCOMES.find((candidate) => candidate === text);
  if (outcome === undefined) {
    env.problem('CFG_CHOICE', name, 'is not one of the allowed values', hint);
  }
  return outcome ?? 'HELD';
}
