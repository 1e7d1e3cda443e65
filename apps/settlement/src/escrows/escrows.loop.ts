import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Loop, type LoopLog } from '@fusion-prime/messaging';
import { Lifecycle, LOGGER } from '@fusion-prime/service';
import { ExpireEscrows } from './expire-escrows.js';

const IDLE_MS = 500;

/** Gives back what is in escrows whose time is over. */
@Injectable()
export class EscrowsLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;

  constructor(expireEscrows: ExpireEscrows, lifecycle: Lifecycle, @Inject(LOGGER) log: LoopLog) {
    const turn = (): Promise<boolean> => expireEscrows.execute();
    this.loop = new Loop({ name: 'escrows', idleMs: IDLE_MS, turn, log });
    lifecycle.onDrain(() => void this.loop.stop());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
