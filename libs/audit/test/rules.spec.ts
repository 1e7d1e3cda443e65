import { describe, expect, it } from '@jest/globals';
import { audit, type AuditedFile, RULES } from '../src/index.js';
import { found } from './audit-fixture.js';
import { repositoryContext, repositoryFiles } from './repository-files.js';
import { broken, fileOf, placeOf, type Row } from './rule-row.js';
import { FILE_ROWS } from './rule-rows-files.js';
import { PART_ROWS } from './rule-rows-parts.js';
import { SERVICE_ROWS } from './rule-rows-services.js';

const context = repositoryContext();
const files = repositoryFiles().filter(({ path }) => !path.endsWith('.json'));
const ROWS: readonly Row[] = [...SERVICE_ROWS, ...PART_ROWS, ...FILE_ROWS];

/** What belongs together with a file; a text of its own stands alone. */
function unitOf({ file, good }: Row): AuditedFile[] {
  if (good !== undefined) return [];
  if (file.includes('kubernetes/')) return files.filter(({ path }) => path.includes('kubernetes/'));
  if (!file.startsWith('tools/deploy/')) return files.filter(({ path }) => path === file);
  return files.filter(({ path }) => /cloud-run\/[^/]+$|\/cloudbuild\.yaml$|\.sh$/.test(path));
}

describe('a rule', () => {
  it.each(ROWS.map((row) => [row.rule, row.file, String(row.change[0]?.[1] ?? ''), row] as const))(
    '%s finds in %s: %s',
    (rule, _, __, row) => {
      const unit = unitOf(row);
      const bad = broken(row, unit);
      expect(found(audit(bad, context))).toContain(`${placeOf(row, bad)} ${rule}`);
      const good = [...unit.filter(({ path }) => path !== row.file), fileOf(row, unit)];
      expect(found(audit(good, context)).filter((one) => one.endsWith(rule))).toEqual([]);
    },
  );

  it('is met by a row of the tables, whichever it is', () => {
    const met = new Set(ROWS.map(({ rule }) => rule));
    expect(Object.keys(RULES).filter((id) => !met.has(id as never) && id !== 'FP-GEN-009')).toEqual(
      [],
    );
  });
});
