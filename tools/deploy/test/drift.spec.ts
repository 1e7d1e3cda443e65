import { describe, expect, it } from '@jest/globals';
import { readManifest } from '@fusion-prime/audit';
import { ConfigInvalid } from '@fusion-prime/kernel';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../../../libs/service/src/configuration/read-configuration.js';
import { generatedFiles } from '../src/index.js';
import { definitions, files, folder, root, sources } from './sources.js';

describe('the generated files', () => {
  it('are the five services, their migration and their pipeline, for each environment', () => {
    expect(files.size).toBeGreaterThanOrEqual(1 + 2 * (5 + 1 + 1));
  });

  it.each([...files.keys()])('%s is what `npm run deploy:files` writes', (file) => {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(files.get(file));
  });

  it('are not written for somebody who asks for something else', () => {
    const args = [join(root, 'scripts', 'deploy-files.mjs'), '--check'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('takes no argument');
  });

  it('lie alone where they lie', () => {
    expect(generatedFiles(folder).sort()).toEqual([...files.keys()].sort());
  });

  it('has an eye for files that nothing generates any more', () => {
    const place = mkdtempSync(join(tmpdir(), 'stale-'));
    mkdirSync(join(place, 'cloud-run', 'old'), { recursive: true });
    for (const name of ['cloudbuild-old.yaml', 'production.yaml', 'cloud-run/old/gone.yaml']) {
      writeFileSync(join(place, name), '');
    }
    expect(generatedFiles(place)).toEqual(['cloudbuild-old.yaml', 'cloud-run/old/gone.yaml']);
  });
});

describe('the manifest', () => {
  it('is one that the audit can read, with the five services', () => {
    const { services } = readManifest(join(folder, 'manifest.json'));
    expect(services).toHaveLength(5);
    expect(services).toEqual(JSON.parse(JSON.stringify(sources.manifest.services)));
  });

  // By a watch on every look at a variable, not by the notes that the manifest is made of.
  it.each(definitions.map((one) => [one.name, one] as const))(
    'leaves out nothing that %s reads',
    (name, definition) => {
      const variables = sources.manifest.services.find((one) => one.name === name)?.variables ?? [];
      const known = new Set(variables.map((variable) => variable.name));
      for (const value of [undefined, '1', 'development', '']) {
        const asked = new Set<string>();
        const vars = Object.fromEntries([...known].map((each) => [each, value]));
        const watched = new Proxy(vars, {
          get: (target, key) => {
            if (typeof key === 'string') asked.add(key);
            return Reflect.get(target, key) as string | undefined;
          },
        });
        expect(() => readConfiguration(definition, watched)).toThrow(ConfigInvalid);
        expect([...asked].filter((each) => !known.has(each))).toEqual([]);
        expect(asked.size).toBe(known.size);
      }
    },
  );
});
