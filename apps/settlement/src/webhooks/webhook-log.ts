/** What webhooks report to; pino's logger is one. */
export interface WebhookLog {
  info(facts: Record<string, unknown>, message: string): void;
  warn(facts: Record<string, unknown>, message: string): void;
  error(facts: Record<string, unknown>, message: string): void;
}

export const WEBHOOK_LOG = Symbol('WEBHOOK_LOG');
