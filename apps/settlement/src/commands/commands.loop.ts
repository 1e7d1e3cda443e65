import { Injectable } from '@nestjs/common';
import { Background } from '@fusion-prime/service';
import { DriveCommands } from './drive-commands.js';

const IDLE_MS = 50;
// While the batch of one waits for compliance, or for its commit, the other's is being worked on.
const DRIVERS = 2;

/** The worker: drives due commands for as long as the service runs. */
@Injectable()
export class CommandsLoop {
  constructor(background: Background, driveCommands: DriveCommands) {
    for (let i = 1; i <= DRIVERS; i += 1) {
      background.loop({
        name: `commands-${String(i)}`,
        idleMs: IDLE_MS,
        turn: (signal) => driveCommands.execute(signal),
      });
    }
  }
}
