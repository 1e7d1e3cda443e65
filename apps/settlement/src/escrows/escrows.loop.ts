import { Injectable } from '@nestjs/common';
import { Background } from '@fusion-prime/service';
import { ExpireEscrows } from './expire-escrows.js';

const IDLE_MS = 500;

/** Gives back what is in escrows whose time is over. */
@Injectable()
export class EscrowsLoop {
  constructor(background: Background, expireEscrows: ExpireEscrows) {
    background.loop({ name: 'escrows', idleMs: IDLE_MS, turn: () => expireEscrows.execute() });
  }
}
