import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, stopPostgres } from '@fusion-prime/postgres-server';

export interface BenchServer {
  adminUrl: string;
  /** Where the benchmark's files lie. */
  folder: string;
  stop(): Promise<void>;
}

/** A server with PostgreSQL's default durability: what is measured is what is promised. */
export async function startServer(): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'fp-bench-'));
  const { adminUrl } = await startPostgres({ directory: join(folder, 'server'), durable: true });
  return {
    adminUrl,
    folder,
    stop: async () => {
      await stopPostgres(join(folder, 'server'));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
