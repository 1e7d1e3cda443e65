import { openShadow, type Shadow, type ShadowOptions } from './shadow.js';

/** One shadow for each major version that the fleet's servers have, started when it is first wanted. */
export class Shadows {
  private readonly open = new Map<number, Promise<Shadow>>();

  /** @param options undefined: there is none, and nothing is measured */
  constructor(private readonly options: ShadowOptions | undefined) {}

  /** @throws {MigrationRefused} SHADOW_UNAVAILABLE */
  async of(majorVersion: number): Promise<Shadow | null> {
    if (this.options === undefined) return null;
    const known = this.open.get(majorVersion) ?? openShadow({ ...this.options, majorVersion });
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
