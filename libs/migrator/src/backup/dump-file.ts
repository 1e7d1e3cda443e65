import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { DatabaseTarget } from '@fusion-prime/database/connection';
import { MigrationRefused } from '../refused.js';
import type { Backup, BackupRules } from './backup-rules.js';
import { type ChildRun, runChild } from './child.js';
import { pgEnvironment } from './pg-environment.js';
import type { PgTools } from './pg-tools.js';

export interface DumpTask {
  /** The service, for messages and the file's name. */
  name: string;
  target: DatabaseTarget;
  directory: string;
  tools: PgTools;
  variables: BackupRules['variables'];
  startedAt: Date;
  signal?: AbortSignal | undefined;
}

// Whoever holds a table for longer is altering it: then is no time for a backup.
const LOCK_WAIT_MS = 30_000;
const LONGEST_REASON = 600;

/**
 * Dumps a database into a file that only its owner reads. It gets its name when pg_restore could read it
 * and everything is on the disk, so a file with that name is whole; half a file is removed.
 *
 * @throws {MigrationRefused} BACKUP_FAILED, INTERRUPTED
 */
export async function dumpToFile(task: DumpTask): Promise<Omit<Backup, 'durationMs'>> {
  const file = join(task.directory, fileName(task));
  const half = `${file}.part`;
  try {
    mkdirSync(task.directory, { recursive: true, mode: 0o700 });
    // pg_dump would make it readable by everybody that the umask lets in.
    closeSync(openSync(half, 'wx', 0o600));
    const { variables, remove } = await pgEnvironment(task.target, task.variables);
    try {
      await run(task, { program: task.tools.pgDump, args: dumpArguments(half), variables });
      await run(task, { program: task.tools.pgRestore, args: ['--list', half], variables });
    } finally {
      remove();
    }
    const sha256 = await sha256Of(half);
    const sizeBytes = statSync(half).size;
    flush(half);
    renameSync(half, file);
    flush(task.directory);
    const reference = `file:${basename(file)} sha256:${sha256}`;
    return { reference, file, sha256, sizeBytes };
  } catch (error) {
    if (existsSync(half)) rmSync(half);
    throw refusalOf(error, task);
  }
}

function dumpArguments(file: string): string[] {
  return [
    '--format=custom',
    '--no-password',
    `--lock-wait-timeout=${LOCK_WAIT_MS}`,
    '--file',
    file,
  ];
}

/** `books-20260101T120000123Z.dump`: sorted by name is sorted by age. */
function fileName({ name, startedAt }: DumpTask): string {
  return `${name}-${startedAt.toISOString().replace(/[-:.]/g, '')}.dump`;
}

async function run(task: DumpTask, child: Omit<ChildRun, 'signal'>): Promise<void> {
  const { code, stderr } = await runChild({ ...child, signal: task.signal });
  if (task.signal?.aborted === true) {
    throw new MigrationRefused('INTERRUPTED', `${task.name}: interrupted during its backup`);
  }
  if (code === 0) return;
  const program = basename(child.program);
  throw new Error(
    `${program} exited ${code ?? 'by a signal'}: ${stderr.trim().slice(-LONGEST_REASON)}`,
  );
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** A backup that is only in the memory of the machine is none. */
function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function refusalOf(error: unknown, { name }: DumpTask): MigrationRefused {
  if (error instanceof MigrationRefused) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `${name}: no backup, so nothing was changed anywhere: ${reason}`;
  return new MigrationRefused('BACKUP_FAILED', message, { cause: error });
}
