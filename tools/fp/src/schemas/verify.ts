import { z } from 'zod';
import type { CheckName, VerifyCode } from '../verify/checks.js';
import type { VerifiedService } from '../verify/verify-service.js';
import { exitCode, milliseconds, name } from './parts.js';

const checkNames: Record<CheckName, CheckName> = {
  startup: 'startup',
  ready: 'ready',
  service: 'service',
  build: 'build',
  engine: 'engine',
  identity: 'identity',
  migrations: 'migrations',
  persistence: 'persistence',
};

/** Codes are listed in README.md; a new one is no new schema. */
const code = z.string().regex(/^VERIFY_[A-Z_]+$/) as unknown as z.ZodType<VerifyCode>;

export const verifyReport = z.strictObject({
  command: z.literal('verify'),
  exitCode,
  persistence: z.boolean().describe('whether persistence was to be proved'),
  services: z.array(
    z.strictObject({
      name,
      url: z.string(),
      ok: z.boolean(),
      checks: z.array(
        z.strictObject({
          name: z.enum(checkNames),
          ok: z.boolean(),
          code: code.nullable(),
          detail: z.string(),
        }),
      ),
      durationMs: milliseconds,
    }),
  ) satisfies z.ZodType<VerifiedService[]>,
});
