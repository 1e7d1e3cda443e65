import type { AuditContext } from '../context.js';
import type { Finding } from '../finding.js';
import type { Draft } from '../read/draft.js';
import type { Subject } from '../subject.js';

/** Everything that was read, with who is who. */
export interface AuditModel extends Pick<
  Draft,
  'pipelines' | 'clusters' | 'projects' | 'images' | 'packages' | 'settings' | 'ambiguities'
> {
  readonly subjects: readonly Subject[];
}

/** A group of rules: pure, over what was read and what is known. */
export type Judge = (model: AuditModel, context: AuditContext) => Finding[];
