import type { Finding, RawFinding } from './finding.js';
import type { LintedFile } from './lint-run.js';

export interface LintedFileReport {
  /** The file's name as it lies in its folder. */
  file: string;
  /** What stands; what was suppressed is in SARIF alone. */
  findings: Omit<Finding, 'file'>[];
}

export interface LintReport {
  schemaVersion: 1;
  files: LintedFileReport[];
}

const EXIT_LINT = 11;

/** What `--json` prints; findings in the order of their lines. */
export function lintReport(files: readonly LintedFile[]): LintReport {
  return {
    schemaVersion: 1,
    files: files.map(({ source, findings }) => ({
      file: source.file,
      findings: standing(findings).map(publicFinding),
    })),
  };
}

export function standing(findings: readonly RawFinding[]): RawFinding[] {
  return findings
    .filter(({ suppressed }) => suppressed === null)
    .sort((a, b) => a.line - b.line || ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
}

const ORDER = ['error', 'warning', 'info'];

function publicFinding({
  rule,
  hazard,
  level,
  line,
  message,
  fix,
}: RawFinding): Omit<Finding, 'file'> {
  return { rule, hazard, level, line, message, fix };
}

/** 11 while an error stands, else 0. */
export function lintExitCode(files: readonly LintedFile[]): number {
  const findings = files.flatMap((file) => standing(file.findings));
  return findings.some(({ level }) => level === 'error') ? EXIT_LINT : 0;
}
