import { Refusal } from '@fusion-prime/kernel';

/** Somebody who says prices. */
export interface Source {
  sourceId: string;
  name: string;
  kind: SourceKind;
  /** Two resellers of one upstream count once. */
  upstreamGroup: string;
  enabled: boolean;
  createdAt: Date;
}

/** What can be configured today: an operator who types prices in. Others come with their adapters. */
export const SOURCE_KINDS = ['MANUAL'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

export class SourceExists extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'source-exists';

  constructor(name: string) {
    super(`a source named ${name} exists already`);
  }
}

export class SourceNotFound extends Refusal {
  readonly kind = 'not_found';
  readonly code = 'source-not-found';

  constructor(sourceId: string) {
    super(`no source ${sourceId}`);
  }
}

export class SourceUnknown extends Refusal {
  readonly kind = 'invalid';
  readonly code = 'source-unknown';

  constructor(sourceId: string) {
    super(`no source ${sourceId}: create it first`);
  }
}

export class SourceDisabled extends Refusal {
  readonly kind = 'conflict';
  readonly code = 'source-disabled';

  constructor(sourceId: string) {
    super(`source ${sourceId} is disabled; its prices are not taken`);
  }
}
