import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DatabaseConnector } from '@fusion-prime/database';
import { Loop } from '@fusion-prime/messaging';
import { ForgetDeliveries } from './forget-deliveries.js';
import { SealSecrets } from './seal-secrets.js';
import { WEBHOOK_LOG, type WebhookLog } from './webhook-log.js';

const TIDY_MS = 60_000;
/** Soon after the start there are secrets to seal. */
const LOOK_FOR_DATABASE_MS = 250;

/** Seals what is not sealed with the current key, and removes what nobody asks for any more. */
@Injectable()
export class TidyingWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;
  private tidyAtMs = 0;

  constructor(
    private readonly sealSecrets: SealSecrets,
    private readonly forgetDeliveries: ForgetDeliveries,
    private readonly connector: DatabaseConnector,
    @Inject(WEBHOOK_LOG) private readonly log: WebhookLog,
  ) {
    this.loop = new Loop({
      name: 'webhook-tidying',
      idleMs: LOOK_FOR_DATABASE_MS,
      turn: () => this.turn(),
      log,
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }

  private async turn(): Promise<boolean> {
    if (!this.connector.connected || performance.now() < this.tidyAtMs) return false;
    const sealed = await this.sealSecrets.execute();
    if (sealed > 0) {
      this.log.info({ event: 'webhook.secrets-sealed', sealed }, 'webhook secrets sealed');
    }
    const more = await this.forgetDeliveries.execute();
    if (!more) this.tidyAtMs = performance.now() + TIDY_MS;
    return more;
  }
}
