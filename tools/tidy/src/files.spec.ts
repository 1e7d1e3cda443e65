import { describe, expect, it } from '@jest/globals';
import { basename } from 'node:path';
import { read, repositoryFiles } from './repository.js';

const files = repositoryFiles();
const sources = files.filter((file) => /\.(ts|mjs)$/.test(file));
const typescript = sources.filter((file) => file.endsWith('.ts'));

describe('the files of the repository', () => {
  it('has files to look at', () => {
    expect(typescript.length).toBeGreaterThan(50);
  });

  it('keeps every source file within 400 lines', () => {
    const long = sources.filter((file) => read(file).split('\n').length > 400);
    expect(long).toEqual([]);
  });

  it('names no file after nothing in particular', () => {
    const vague = /^(utils?|helpers?|manager|common|types|constants|misc|service)\.ts$/;
    expect(typescript.filter((file) => vague.test(basename(file)))).toEqual([]);
  });

  it('has no index file inside an app', () => {
    const barrels = typescript.filter((file) => /^apps\/[^/]+\/src\/.*index\.ts$/.test(file));
    expect(barrels).toEqual([]);
  });

  it('runs every test that it has', () => {
    const parked = /\b(it|test|describe)\.(only|skip|todo)\(|\bx(it|describe)\(|\bf(it|describe)\(/;
    const specs = typescript.filter((file) => file.endsWith('.spec.ts'));
    expect(specs.filter((file) => parked.test(read(file)))).toEqual([]);
  });

  it('switches no type check off', () => {
    const off = /@ts-(ignore|nocheck|expect-error)/;
    const guilty = typescript.filter((file) => off.test(read(file)));
    expect(guilty.filter((file) => !file.startsWith('tools/tidy/'))).toEqual([]);
  });

  it('gives a reason wherever a lint rule is switched off', () => {
    const bare = sources.filter((file) =>
      read(file)
        .split('\n')
        .some((line) => /eslint-disable/.test(line) && !/eslint-disable[^\n]* -- \S/.test(line)),
    );
    expect(bare.filter((file) => !file.startsWith('tools/tidy/'))).toEqual([]);
  });

  it('holds no private key and no password in a connection string', () => {
    const key = /-----BEGIN (RSA |EC |)PRIVATE KEY-----/;
    expect(files.filter((file) => key.test(read(file)))).toEqual([]);
  });
});
