import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Loop, type LoopLog } from '@fusion-prime/messaging';
import { Lifecycle, LOGGER } from '@fusion-prime/service';
import { DriveCommands } from './drive-commands.js';

const IDLE_MS = 50;

/** The worker: drives due commands for as long as the service runs. */
@Injectable()
export class CommandsLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loop: Loop;

  constructor(driveCommands: DriveCommands, lifecycle: Lifecycle, @Inject(LOGGER) log: LoopLog) {
    this.loop = new Loop({
      name: 'commands',
      idleMs: IDLE_MS,
      turn: (signal) => driveCommands.execute(signal),
      log,
    });
    // A service that is about to end takes nothing more on.
    lifecycle.onDrain(() => void this.loop.stop());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
  }
}
