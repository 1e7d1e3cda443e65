import { groupFailed, groupSettled, type GroupEventData } from '@fusion-prime/contracts';
import type { NewEvent } from '@fusion-prime/messaging';
import type { Group } from './group.js';

/** What is told about a group that has ended; nothing is told of the others. */
export function groupEvents(group: Group): NewEvent<GroupEventData>[] {
  const { status } = group;
  if (status !== 'settled' && status !== 'failed') return [];
  return [
    {
      contract: status === 'settled' ? groupSettled : groupFailed,
      aggregateId: group.groupId,
      sequence: group.version,
      occurredAt: group.updatedAt,
      data: {
        group_id: group.groupId,
        model: group.model,
        status,
        leg_count: group.legs.length,
        failed_leg: group.failedLeg,
        reason: group.reason,
      },
    },
  ];
}
