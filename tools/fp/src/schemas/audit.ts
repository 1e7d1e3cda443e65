import type { AuditDocument } from '@fusion-prime/audit';
import { z } from 'zod';
import { count, exitCode } from './parts.js';

const place = {
  file: z.string().describe('relative to where the audit was started'),
  line: z.int().min(1),
  column: z.int().min(1),
};
const said = z.strictObject({ ...place, message: z.string() });

export const auditReport = z.strictObject({
  schemaVersion: z.literal(1),
  exitCode,
  files: z.array(z.string()).describe('what was read and judged'),
  unreadable: z.array(said).describe('what could not be read: exit 2'),
  notes: z.array(said).describe('what was left out, and why'),
  findings: z.array(
    z.strictObject({
      rule: z.string().regex(/^FP-[A-Z]+-\d{3}$/),
      level: z.enum(['error', 'warning']),
      ...place,
      message: z.string(),
      mend: z.string(),
    }),
  ),
  suppressed: count,
}) satisfies z.ZodType<AuditDocument>;
