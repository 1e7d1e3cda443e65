import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The commit that an image was made of, or that is checked out, without starting git; undefined elsewhere. */
export function gitSha(from: string = process.cwd()): string | undefined {
  const given = process.env['GIT_SHA'] ?? process.env['FP_BUILD_SHA'];
  if (given !== undefined) return given;
  for (let folder = from; dirname(folder) !== folder; folder = dirname(folder)) {
    const head = read(join(folder, '.git', 'HEAD'));
    if (head === undefined) continue;
    const ref = /^ref: (.+)$/.exec(head)?.[1];
    return ref === undefined ? head : (read(join(folder, '.git', ref)) ?? packed(folder, ref));
  }
  return undefined;
}

function packed(folder: string, ref: string): string | undefined {
  const lines = read(join(folder, '.git', 'packed-refs'))?.split('\n') ?? [];
  return lines.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0];
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
