import { describe, expect, it } from '@jest/globals';
import { read, repositoryFiles } from './repository.js';

const files = repositoryFiles();
const apps = [...new Set(files.flatMap((file) => /^apps\/([^/]+)\//.exec(file)?.[1] ?? []))];

/** `readonly code = '…'` of refusals, and `'code: words'` of request schemas. */
function codesOf(app: string): string[] {
  const sources = files.filter(
    (file) =>
      file.startsWith(`apps/${app}/src/`) && file.endsWith('.ts') && !/spec\.ts$/.test(file),
  );
  const found = sources.flatMap((file) => [
    ...read(file).matchAll(/readonly code = '([a-z-]+)'/g),
    ...read(file).matchAll(/['"]([a-z]+(?:-[a-z]+)+): /g),
  ]);
  return [...new Set(found.map((match) => match[1] ?? ''))];
}

describe.each(apps)('the refusals of %s', (app) => {
  const codes = codesOf(app);
  const specs = files
    .filter((file) => file.startsWith(`apps/${app}/`) && file.endsWith('.spec.ts'))
    .map(read)
    .join('\n');

  it('exist', () => {
    expect(codes.length).toBeGreaterThan(3);
  });

  it('are each met by a test', () => {
    expect(codes.filter((code) => !specs.includes(`'${code}'`))).toEqual([]);
  });

  it('are each told to clients in the README', () => {
    const readme = read(`apps/${app}/README.md`);
    expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });
});
