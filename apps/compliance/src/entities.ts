import { OutboxEntity } from '@fusion-prime/messaging';
import { SubjectEntity } from './subjects/subject.entity.js';
import { CheckEntity } from './checks/check.entity.js';
import { CheckTransitionEntity } from './checks/check-transition.entity.js';
import { TransferDecisionEntity } from './transfers/transfer-decision.entity.js';
import { TransferHistoryEntity } from './transfers/transfer-history.entity.js';

/** Every table that the service maps: readiness demands them, `fp migrate generate` compares them. */
export const entities = [
  SubjectEntity,
  CheckEntity,
  CheckTransitionEntity,
  TransferDecisionEntity,
  TransferHistoryEntity,
  OutboxEntity,
];
