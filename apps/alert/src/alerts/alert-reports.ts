import {
  complianceEventParked,
  settlementEventParked,
  webhookDisabled,
  type EventContract,
} from '@fusion-prime/contracts';
import { assert } from '@fusion-prime/kernel';
import type { ReceivedEvent } from '@fusion-prime/messaging';
import type { AlertReport, Severity } from './alert.js';

type DataOf<Contract> = Contract extends EventContract<infer Data> ? Data : never;
type Parked = DataOf<typeof settlementEventParked>;
type Disabled = DataOf<typeof webhookDisabled>;

/** What an event says about a trouble. Labels are the trouble itself: equal ones are one alert. */
type Trouble = Pick<AlertReport, 'labels' | 'annotations'> & { severity: Severity };

/** A client gets no more events, and may not know. */
function disabled({ subscription_id, origin, reason, failing_since }: Disabled): Trouble {
  return {
    severity: 'warning',
    labels: { alertname: 'WebhookDisabled', service: 'settlement', subscription: subscription_id },
    annotations: { origin, reason, failing_since: failing_since ?? '' },
  };
}

/** Two services disagree about what happened until somebody looks: `fp events list`. */
function parked(service: string): (data: Parked) => Trouble {
  return ({ subscriber, event_id, event_type, attempts }) => ({
    severity: 'critical',
    labels: { alertname: 'EventParked', service, subscriber },
    annotations: { event_id, event_type, attempts: String(attempts) },
  });
}

const TROUBLES = new Map<string, (data: never) => Trouble>([
  [webhookDisabled.type, disabled],
  [settlementEventParked.type, parked('settlement')],
  [complianceEventParked.type, parked('compliance')],
]);

/** The report that an event is. Its data fits its contract: the inbox saw to that. */
export function reportOf(event: ReceivedEvent): AlertReport {
  const trouble = TROUBLES.get(event.type);
  assert(trouble !== undefined, `${event.type} is not what alert listens to`);
  return { ...trouble(event.data as never), firing: true, at: event.time };
}
