import { Inject, Injectable } from '@nestjs/common';
import { Background } from '@fusion-prime/service';
import { ForgetDeliveries } from './forget-deliveries.js';
import { SealSecrets } from './seal-secrets.js';
import { WEBHOOK_LOG, type WebhookLog } from './webhook-log.js';

const IDLE_MS = 60_000;

/** Seals what is not sealed with the current key, and removes what nobody asks for any more. */
@Injectable()
export class TidyingWorker {
  constructor(
    private readonly sealSecrets: SealSecrets,
    private readonly forgetDeliveries: ForgetDeliveries,
    background: Background,
    @Inject(WEBHOOK_LOG) private readonly log: WebhookLog,
  ) {
    background.loop({ name: 'webhook-tidying', idleMs: IDLE_MS, turn: () => this.turn() });
  }

  private async turn(): Promise<boolean> {
    const sealed = await this.sealSecrets.execute();
    if (sealed > 0) {
      this.log.info({ event: 'webhook.secrets-sealed', sealed }, 'webhook secrets sealed');
    }
    return this.forgetDeliveries.execute();
  }
}
