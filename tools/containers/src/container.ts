import { docker, run, type Ran } from './engine.js';

/** What `docker inspect` tells, as far as it is looked at. */
export interface Inspected {
  Id: string;
  Image: string;
  Config: { User: string; Env: string[]; Cmd: string[] };
  HostConfig: {
    ReadonlyRootfs: boolean;
    CapDrop: string[] | null;
    SecurityOpt: string[] | null;
    Memory: number;
    PidsLimit: number | null;
  };
  Mounts: { Destination: string; RW: boolean; Name?: string }[];
  State: {
    Status: string;
    ExitCode: number;
    StartedAt: string;
    Health?: { Status: string; Log: { Output: string }[] | null };
  };
  NetworkSettings: { Ports: Record<string, { HostIp: string; HostPort: string }[] | null> };
}

export async function inspect(container: string): Promise<Inspected> {
  const [found] = JSON.parse(await docker('inspect', container)) as Inspected[];
  if (found === undefined) throw new Error(`no container ${container}`);
  return found;
}

/** A command in a running container. */
export function inside(container: string, ...command: string[]): Promise<Ran> {
  return run('docker', ['exec', container, ...command]);
}
