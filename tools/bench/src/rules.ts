/** How a benchmark is run. */
export interface Rules {
  /** How much work, each size in turn; every benchmark has its own. */
  sizes?: readonly number[];
  rounds: number;
  /** The peers that start one process for each database take minutes with hundreds of them. */
  withoutPeers: boolean;
}
