import { isProduction } from '@fusion-prime/database/connection';
import type { Environment } from '@fusion-prime/kernel';
import { readWebhooksConfig, type WebhooksConfig } from './webhooks/webhooks.config.js';

/** What settlement is told beside what every service is. */
export interface SettlementConfig {
  /** Where transfers are judged. */
  readonly complianceUrl: string;
  /** Whether commands go their way by themselves, or wait for `/validate`, `/execute` and `/settle`. */
  readonly autoAdvance: boolean;
  readonly webhooks: WebhooksConfig;
}

/** Where any class of this service finds it. */
export const SETTLEMENT_CONFIG = Symbol('SETTLEMENT_CONFIG');

export function readSettlementConfig(env: Environment): SettlementConfig {
  return Object.freeze({
    complianceUrl: readUrl(env, 'COMPLIANCE_URL'),
    autoAdvance: env.boolean('SETTLEMENT_AUTO_ADVANCE', true),
    webhooks: readWebhooksConfig(env, isProduction(env.raw('NODE_ENV'))),
  });
}

function readUrl(env: Environment, name: string): string {
  const text = env.requiredText(name, 'http://compliance:4002');
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin =
    url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '';
  if (text !== '' && !isOrigin) {
    env.problem('CFG_URL', name, 'is not an http or https URL', 'http://compliance:4002');
  }
  return text.replace(/\/+$/, '');
}
