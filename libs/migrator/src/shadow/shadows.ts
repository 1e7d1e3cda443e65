import type { DatabaseTarget } from '@fusion-prime/database/connection';
import type { Live } from './demand-apart.js';
import { openShadow, type Shadow } from './shadow.js';

/**
 * One shadow for each major version that a fleet's servers have, started when it is first wanted: what is
 * tried on another version says little.
 */
export class Shadows {
  private readonly open = new Map<number, Promise<Shadow>>();

  /**
   * @param url administrator of a server for throw-away databases; without it one is started
   * @param apartFrom the databases that are meant: their servers are no shadows
   */
  constructor(
    private readonly url: DatabaseTarget | undefined,
    private readonly apartFrom: readonly Live[],
  ) {}

  /** @throws {MigrationRefused} SHADOW_UNAVAILABLE, SHADOW_IS_LIVE */
  of(majorVersion: number): Promise<Shadow> {
    const { url, apartFrom } = this;
    const known = this.open.get(majorVersion) ?? openShadow({ majorVersion, url, apartFrom });
    this.open.set(majorVersion, known);
    return known;
  }

  async stop(): Promise<void> {
    for (const opening of this.open.values()) {
      // One that could not be opened has told its reason to whoever wanted it.
      const shadow = await opening.catch(() => null);
      await shadow?.stop();
    }
  }
}
