import type { DueEndpoint } from './due-delivery.repository.js';
import { SecretUnreadable, type SecretKeys } from './secret-keys.js';
import type { WebhookLog } from './webhook-log.js';

/** The same subscription is told of again only after so long. */
const TELL_EVERY_MS = 60_000;
const REMEMBERED = 1_000;

/** Opens what a delivery is signed with, and says so when a key is missing. */
export class SecretOpener {
  private readonly toldAtMs = new Map<string, number>();

  constructor(
    private readonly keys: SecretKeys,
    private readonly log: WebhookLog,
  ) {}

  /**
   * The live secrets, the current one first. Null when the current one cannot be read: nothing is sent and
   * no attempt is counted, so the deliveries wait for the key.
   */
  open({
    subscriptionId,
    secrets,
  }: Pick<DueEndpoint, 'subscriptionId' | 'secrets'>): readonly string[] | null {
    const opened = secrets.map((stored) => this.openOne(subscriptionId, stored));
    const [current] = opened;
    if (current === undefined || current === null) return null;
    return opened.filter((secret) => secret !== null);
  }

  private openOne(subscriptionId: string, stored: string): string | null {
    try {
      return this.keys.open(subscriptionId, stored);
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      this.tell(subscriptionId, error);
      return null;
    }
  }

  private tell(subscriptionId: string, { code, message }: SecretUnreadable): void {
    const now = performance.now();
    if (now - (this.toldAtMs.get(subscriptionId) ?? -Infinity) < TELL_EVERY_MS) return;
    if (this.toldAtMs.size >= REMEMBERED) this.toldAtMs.clear();
    this.toldAtMs.set(subscriptionId, now);
    this.log.error({ event: code, subscriptionId }, message);
  }
}
