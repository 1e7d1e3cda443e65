import { DatabaseConnector } from '@fusion-prime/database';
import { Loop, type LoopOptions } from '@fusion-prime/messaging';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '../logging/logger.js';
import { Lifecycle } from './lifecycle.js';
import { LOGGER } from './tokens.js';

/**
 * What a service does by itself. A feature adds its loops when it is built:
 *
 *   built ─► database connected: loops run ─► drain: loops told to end ─► destroyed: loops have ended
 *
 * A service that is about to end takes nothing more on, and its pools close after the last loop.
 *
 * @example
 * constructor(background: Background, driveCommands: DriveCommands) {
 *   background.loop({ name: 'commands', idleMs: 50, turn: (signal) => driveCommands.execute(signal) });
 * }
 */
@Injectable()
export class Background implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly loops: Loop[] = [];

  constructor(
    private readonly connector: DatabaseConnector,
    lifecycle: Lifecycle,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    lifecycle.onDrain(() => void this.stop());
  }

  loop(options: Omit<LoopOptions, 'log'>): Loop {
    const loop = new Loop({ ...options, log: this.log });
    this.loops.push(loop);
    return loop;
  }

  onApplicationBootstrap(): void {
    const start = (): void => this.loops.forEach((loop) => loop.start());
    // Why it did not connect is told by whoever runs the process.
    this.connector.start().then(start, () => undefined);
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  private async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
