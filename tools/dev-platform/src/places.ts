import { join } from 'node:path';
import { localServicesFile } from '@fusion-prime/fp/local-services';
import { postgresDirectory, STATE_FOLDER } from '@fusion-prime/postgres-server';

/** Where the platform of one checkout keeps what it must not lose, and what it may. */
export interface Places {
  root: string;
  state: string;
  postgres: string;
  auth: string;
  logs: string;
  fleet: string;
  /** Holds the pid of the supervisor: two of them on one state folder would fight. */
  lock: string;
  /** What the supervisor started, for the one after it. */
  services: string;
}

export function placesOf(root: string): Places {
  const state = join(root, STATE_FOLDER);
  return {
    root,
    state,
    postgres: postgresDirectory(root),
    auth: join(state, 'auth'),
    logs: join(state, 'logs'),
    fleet: join(root, 'migrations', 'fleet.yaml'),
    lock: join(state, 'start.pid'),
    services: localServicesFile(root),
  };
}
