import { Injectable } from '@nestjs/common';
import { Background } from '@fusion-prime/service';
import { DriveCommands } from './drive-commands.js';

const IDLE_MS = 50;

/** The worker: drives due commands for as long as the service runs. */
@Injectable()
export class CommandsLoop {
  constructor(background: Background, driveCommands: DriveCommands) {
    background.loop({
      name: 'commands',
      idleMs: IDLE_MS,
      turn: (signal) => driveCommands.execute(signal),
    });
  }
}
