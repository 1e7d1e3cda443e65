import type { AuditReport } from '../audit.js';
import type { Finding } from '../finding.js';

export interface AuditDocument {
  schemaVersion: 1;
  exitCode: number;
  files: string[];
  unreadable: { file: string; line: number; column: number; message: string }[];
  notes: { file: string; line: number; column: number; message: string }[];
  findings: {
    rule: string;
    level: 'error' | 'warning';
    file: string;
    line: number;
    column: number;
    message: string;
    mend: string;
  }[];
  suppressed: number;
}

/** What `--json` prints; what is suppressed is counted, and shown in SARIF alone. */
export function auditDocument(report: AuditReport, exitCode: number): AuditDocument {
  const standing = standingOf(report.findings);
  return {
    schemaVersion: 1,
    exitCode,
    files: [...report.files],
    unreadable: report.unreadable.map(({ place, message }) => ({ ...place, message })),
    notes: report.notes.map(({ place, message }) => ({ ...place, message })),
    findings: standing.map(({ rule, level, place, message, mend }) => ({
      rule,
      level,
      ...place,
      message,
      mend,
    })),
    suppressed: report.findings.length - standing.length,
  };
}

export function standingOf(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ suppressed }) => suppressed === null);
}
