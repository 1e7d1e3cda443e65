import { CreateSettlement1760000000000 } from './1760000000000-create-settlement.js';
import { AddCommandOrigin1760000100000 } from './1760000100000-add-command-origin.js';
import { BackfillCommandCreatedAt1760000200000 } from './1760000200000-backfill-command-created-at.js';
import { CheckCommandCreatedAt1760000300000 } from './1760000300000-check-command-created-at.js';
import { RequireCommandCreatedAt1760000400000 } from './1760000400000-require-command-created-at.js';
import { IndexCommandPage1760000500000 } from './1760000500000-index-command-page.js';
import { CreateServiceCanary1760000600000 } from './1760000600000-create-service-canary.js';
import { CreateOutbox1760000700000 } from './1760000700000-create-outbox.js';
import { CreateProcessedEvents1760000800000 } from './1760000800000-create-processed-events.js';
import { CreateIdempotencyKeys1760000900000 } from './1760000900000-create-idempotency-keys.js';
import { AddCommandLifecycle1760001000000 } from './1760001000000-add-command-lifecycle.js';
import { IndexCommandDue1760001100000 } from './1760001100000-index-command-due.js';
import { IndexCommandWorkflow1760001200000 } from './1760001200000-index-command-workflow.js';
import { IndexCommandAccount1760001300000 } from './1760001300000-index-command-account.js';
import { CreateCommandHistory1760001400000 } from './1760001400000-create-command-history.js';
import { BackfillCommandHistory1760001500000 } from './1760001500000-backfill-command-history.js';
import { CheckCommands1760001600000 } from './1760001600000-check-commands.js';
import { ValidateCommandChecks1760001700000 } from './1760001700000-validate-command-checks.js';
import { GuardCommands1760001800000 } from './1760001800000-guard-commands.js';
import { CreateLedger1760001900000 } from './1760001900000-create-ledger.js';
import { AddSubscriptionHealth1760002000000 } from './1760002000000-add-subscription-health.js';
import { CheckSubscriptions1760002100000 } from './1760002100000-check-subscriptions.js';
import { ValidateSubscriptionChecks1760002200000 } from './1760002200000-validate-subscription-checks.js';
import { IndexSubscriptionTypes1760002300000 } from './1760002300000-index-subscription-types.js';
import { CreateWebhookDeliveries1760002400000 } from './1760002400000-create-webhook-deliveries.js';
import { CreateEscrows1760003000000 } from './1760003000000-create-escrows.js';
import { CreateGroups1760003100000 } from './1760003100000-create-groups.js';
import { IndexParkedEvents1760004000000 } from './1760004000000-index-parked-events.js';

/** In the order in which they are applied. */
export const migrations = [
  CreateSettlement1760000000000,
  AddCommandOrigin1760000100000,
  BackfillCommandCreatedAt1760000200000,
  CheckCommandCreatedAt1760000300000,
  RequireCommandCreatedAt1760000400000,
  IndexCommandPage1760000500000,
  CreateServiceCanary1760000600000,
  CreateOutbox1760000700000,
  CreateProcessedEvents1760000800000,
  CreateIdempotencyKeys1760000900000,
  AddCommandLifecycle1760001000000,
  IndexCommandDue1760001100000,
  IndexCommandWorkflow1760001200000,
  IndexCommandAccount1760001300000,
  CreateCommandHistory1760001400000,
  BackfillCommandHistory1760001500000,
  CheckCommands1760001600000,
  ValidateCommandChecks1760001700000,
  GuardCommands1760001800000,
  CreateLedger1760001900000,
  AddSubscriptionHealth1760002000000,
  CheckSubscriptions1760002100000,
  ValidateSubscriptionChecks1760002200000,
  IndexSubscriptionTypes1760002300000,
  CreateWebhookDeliveries1760002400000,
  CreateEscrows1760003000000,
  CreateGroups1760003100000,
  IndexParkedEvents1760004000000,
];

/** The checksums of what this build was made with. */
export const migrationsLock = new URL('../migrations.lock', import.meta.url);
