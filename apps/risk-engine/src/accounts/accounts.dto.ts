import { z } from 'zod';
import { ACCOUNT_STATUSES, type Account } from './account.js';

export const accountIdField = z.uuid();

export const openBody = z
  .strictObject({
    external_ref: z.string().min(1).max(128),
    base_currency: z
      .string()
      .regex(/^[A-Z]{3,16}$/, 'three or more capital letters')
      .default('USD'),
  })
  .meta({ id: 'OpenAccount' });

export const accountBody = z
  .strictObject({
    account_id: z.uuid(),
    external_ref: z.string(),
    base_currency: z.string(),
    status: z.enum(ACCOUNT_STATUSES),
    version: z.int(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Account' });

export function toBody(account: Account): z.infer<typeof accountBody> {
  return {
    account_id: account.accountId,
    external_ref: account.externalRef,
    base_currency: account.baseCurrency,
    status: account.status,
    version: account.version,
    created_at: account.createdAt.toISOString(),
  };
}
