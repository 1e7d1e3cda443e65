import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest } from './manifest.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifest-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a manifest that no export wrote', () => {
  it.each([
    '{',
    'null',
    '{"schemaVersion":1}',
    '{"schemaVersion":1,"databases":[null]}',
    '{"schemaVersion":1,"databases":[{"name":"books"}]}',
  ])('%s counts as edited', (text) => {
    writeFileSync(join(directory, 'manifest.json'), text);
    const edited = expect.objectContaining({ code: 'EXPORT_EDITED', exitCode: 10 });
    expect(() => readManifest(directory)).toThrow(edited);
  });
});
