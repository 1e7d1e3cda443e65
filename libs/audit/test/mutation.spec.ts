import { describe, expect, it } from '@jest/globals';
import { audit, type AuditedFile, type AuditReport, RULES } from '../src/index.js';
import { exempt } from './mutation-exempt.js';
import { type Mutant, yamlMutants } from './mutants.js';
import { repositoryContext, repositoryFiles } from './repository-files.js';

// FP_AUDIT_MUTANTS=all tries every line of every file, in some eight minutes; each run tries some of each file.
const EVERY = process.env['FP_AUDIT_MUTANTS'] === 'all';
const SAMPLE = 40;

const context = repositoryContext();
const files = repositoryFiles().filter(({ path }) => !path.endsWith('.json'));

/** Files that are deployed together: a mutant of one is judged with the others. */
const UNITS: readonly [name: string, RegExp][] = [
  ['staging on Cloud Run', /cloud-run\/staging\/|cloudbuild-staging|\.sh$/],
  ['production on Cloud Run', /cloud-run\/[^/]+$|cloudbuild\.yaml|\.sh$/],
  ['Kubernetes', /kubernetes\//],
  ['compose', /(^|\/)docker-compose[^/]*\.ya?ml$/],
];

interface Tried extends Mutant {
  readonly file: AuditedFile;
  readonly unit: readonly AuditedFile[];
}

const mutants = UNITS.flatMap(([, form]) => {
  const unit = files.filter(({ path }) => form.test(path));
  return unit
    .filter(({ path }) => /\.ya?ml$/.test(path))
    .map((file) => yamlMutants(file.text).map((mutant): Tried => ({ ...mutant, file, unit })));
});

/** Evenly over a file, and not the same lines in two files that look alike. */
function sampled(all: readonly Tried[], index: number): readonly Tried[] {
  const wiring = all.filter(({ file, what }) => exempt(file.path, what) === undefined);
  if (EVERY) return wiring;
  const step = Math.max(1, Math.ceil(wiring.length / SAMPLE));
  return wiring.filter((_, at) => at % step === index % step);
}

function judge({ file, text }: Tried, among: readonly AuditedFile[]): AuditReport {
  return audit(
    among.map((one) => (one === file ? { ...one, text } : one)),
    context,
  );
}

/** An error, or a warning where the rule is one; or the file cannot be read any more, which ends with 2 as well. */
function isKilled(report: AuditReport): boolean {
  const asTheRuleSays = report.findings.every(({ rule, level }) => RULES[rule].level === level);
  return asTheRuleSays && (report.findings.length > 0 || report.unreadable.length > 0);
}

describe('a mutant of our own files', () => {
  const tried = mutants.flatMap(sampled);

  it('is made of every file', () => {
    expect(new Set(tried.map(({ file }) => file.path)).size).toBeGreaterThan(20);
  });

  it('starts from files without a finding', () => {
    const { findings, unreadable, notes } = audit(files, context);
    expect({ findings, unreadable, notes }).toEqual({ findings: [], unreadable: [], notes: [] });
  });

  it(
    'raises a finding wherever a wiring line is deleted, changed or misspelt',
    () => {
      const alive = tried.filter(
        (one) => !isKilled(judge(one, one.unit)) && !isKilled(judge(one, files)),
      );
      const killed = tried.length - alive.length;
      const score = ((100 * killed) / tried.length).toFixed(1);
      process.stderr.write(`mutation score: ${killed} of ${tried.length}, ${score} %\n`);
      expect(alive.map(({ file, what }) => `${file.path}: ${what}`)).toEqual([]);
    },
    EVERY ? 1_800_000 : 120_000,
  );
});

describe('what is exempt', () => {
  it('is the smaller part of what can be broken', () => {
    const all = mutants.flat();
    const left = all.filter(({ file, what }) => exempt(file.path, what) !== undefined);
    expect(left.length / all.length).toBeLessThan(0.55);
  });

  it('is never a variable of a database, its secret, instance, account or migration', () => {
    const wiring =
      /(DATABASE_URL|MIGRATE_URL|DB_[A-Z_]+|cloudsql-instances|serviceAccountName|secretKeyRef\.\w+)/;
    const exempted = mutants
      .flat()
      .filter(({ file, what }) => wiring.test(what) && exempt(file.path, what) !== undefined)
      .map(({ file, what }) => `${file.path}: ${what}`);
    expect(exempted).toEqual([]);
  });
});
