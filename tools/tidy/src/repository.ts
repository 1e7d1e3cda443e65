import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout that this file lies in. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Every file that git knows or would add: what lands, not what lies about. */
export function repositoryFiles(): string[] {
  const { stdout, status } = spawnSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error('tidy needs a git checkout');
  return stdout.split('\n').filter((file) => file !== '' && exists(file));
}

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function exists(file: string): boolean {
  try {
    readFileSync(join(root, file));
    return true;
  } catch {
    return false;
  }
}
