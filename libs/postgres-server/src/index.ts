export { DEFAULT_MAJOR_VERSION, findBinaries, MAJOR_VERSIONS } from './binaries.js';
export type { MajorVersion } from './binaries.js';
export { freePort } from './free-port.js';
export { isAlive } from './is-alive.js';
export {
  checkoutOf,
  forgetLocalPlatform,
  postgresDirectory,
  readLocalPlatform,
  STATE_FOLDER,
  writeLocalPlatform,
} from './local-platform.js';
export type { LocalPlatform } from './local-platform.js';
export { readPostmaster } from './postmaster.js';
export type { Postmaster } from './postmaster.js';
export { startPostgres, stopPostgres } from './start.js';
export type { RunningPostgres, StartPostgresOptions } from './start.js';
export { writeWhole } from './write-whole.js';
