import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fleetExport } from '../src/index.js';
import { TestFleet, threeTables } from './fleet-fixture.js';

let fleet: TestFleet;
const folder = mkdtempSync(join(tmpdir(), 'export-folder-'));
afterEach(async () => {
  await fleet.drop();
  rmSync(folder, { recursive: true, force: true });
});

const write = async (directory: string) => {
  fleet = await TestFleet.create([
    { name: 'books', files: threeTables },
    { name: 'films', files: threeTables },
  ]);
  return fleetExport(fleet.load(), { directory });
};

describe('the folder of an export', () => {
  it.each(['/proc/nowhere', '/dev/full/out'])(
    'that cannot be made is a refusal: %s',
    async (directory) => {
      await expect(write(directory)).rejects.toMatchObject({ code: 'EXPORT_NOT_WRITTEN' });
      expect(existsSync(directory)).toBe(false);
    },
  );

  it('holds nothing of an export that could not be written whole, and keeps what was there', async () => {
    mkdirSync(join(folder, 'out', '02-films.sql'), { recursive: true });
    await expect(write(join(folder, 'out'))).rejects.toMatchObject({ code: 'EXPORT_NOT_WRITTEN' });
    expect(readdirSync(join(folder, 'out'))).toEqual(['02-films.sql']);
  });
});
