import { describe, expect, it } from '@jest/globals';
import { builtinModules } from 'node:module';
import { dirname } from 'node:path';
import { read, repositoryFiles } from './repository.js';

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const files = repositoryFiles();
const manifests = files
  .filter((file) => /^(apps|libs|migrations|tools)\/[^/]+\/package\.json$/.test(file))
  .map((file) => ({ folder: dirname(file), manifest: JSON.parse(read(file)) as Manifest }));
const lock = JSON.parse(read('package-lock.json')) as {
  packages: Record<
    string,
    { resolved?: string; link?: boolean; optionalDependencies?: Record<string, string> }
  >;
};

describe('the packages', () => {
  it.each(manifests.map(({ folder, manifest }) => [folder, manifest] as const))(
    '%s declares every package that it imports',
    (folder, manifest) => {
      const declared = new Set([
        manifest.name,
        ...Object.keys(manifest.dependencies ?? {}),
        ...Object.keys(manifest.devDependencies ?? {}),
        ...Object.keys(manifest.optionalDependencies ?? {}),
        ...Object.keys((JSON.parse(read('package.json')) as Manifest).devDependencies ?? {}),
      ]);
      const undeclared = importedPackages(folder).filter((name) => !declared.has(name));
      expect([...new Set(undeclared)]).toEqual([]);
    },
  );

  it('has no database in its dependency tree that could take the place of PostgreSQL', () => {
    const fallback =
      /(^|\/)(sqlite3|better-sqlite3|node-sqlite3-wasm|sql\.js|pg-mem|@electric-sql\/pglite)$/;
    expect(Object.keys(lock.packages).filter((path) => fallback.test(path))).toEqual([]);
  });

  it('names no download host in the lock file', () => {
    const hosts = Object.values(lock.packages).filter(
      ({ resolved, link }) => link !== true && resolved !== undefined,
    );
    expect(hosts).toEqual([]);
  });
});

describe('the kernel', () => {
  it('is pure: no framework, no database, nothing of the operating system', () => {
    const sources = files.filter((file) => /^libs\/kernel\/src\/.*(?<!\.spec)\.ts$/.test(file));
    const impure = /from '(node:|@nestjs|typeorm|pg)/;
    expect(sources.filter((file) => impure.test(read(file)))).toEqual([]);
    expect(sources.length).toBeGreaterThan(5);
  });
});

describe('the lock file', () => {
  it('knows every optional package of every platform, or npm ci refuses it', () => {
    const known = new Set(
      Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)),
    );
    const wanted = Object.values(lock.packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    expect([...new Set(wanted)].filter((name) => !known.has(name))).toEqual([]);
  });
});

function importedPackages(folder: string): string[] {
  const builtins = new Set(builtinModules);
  return (
    files
      .filter((file) => file.startsWith(`${folder}/`) && /\.(ts|mjs)$/.test(file))
      // A package of its own, which no workspace is: installed when a benchmark wants it.
      .filter((file) => !file.startsWith('tools/bench/peers/'))
      .flatMap((file) => [
        ...read(file).matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"]*?from '([^'"]+)'/g),
        ...read(file).matchAll(/(?:^|\n)import '([^'"]+)'/g),
        ...read(file).matchAll(/\bimport\('([^'"]+)'\)/g),
      ])
      .map((match) => match[1] ?? '')
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !builtins.has(name))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
  );
}
