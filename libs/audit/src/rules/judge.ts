import type { AuditContext } from '../context.js';
import type { Finding } from '../finding.js';
import type { Pipeline } from '../model.js';
import type { Subject } from '../subject.js';

/** Everything that was read, with who is who. */
export interface AuditModel {
  readonly subjects: readonly Subject[];
  readonly pipelines: readonly Pipeline[];
}

/** A group of rules: pure, over what was read and what is known. */
export type Judge = (model: AuditModel, context: AuditContext) => Finding[];
