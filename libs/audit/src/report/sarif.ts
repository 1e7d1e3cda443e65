import type { AuditReport } from '../audit.js';
import type { Finding } from '../finding.js';
import { RULES, type RuleId } from '../rules/rule-table.js';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** SARIF 2.1.0, as code hosts show it at the lines of a change; what is suppressed stays in it, as such. */
export function auditSarif(report: AuditReport): Record<string, unknown> {
  const used = [...new Set(report.findings.map(({ rule }) => rule))].sort();
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'fp audit', rules: used.map(ruleOf) } },
        artifacts: report.files.map((file) => ({ location: { uri: uriOf(file) } })),
        results: report.findings.map((finding) => resultOf(finding, used)),
        invocations: [
          {
            executionSuccessful: report.unreadable.length === 0,
            toolExecutionNotifications: [...report.unreadable, ...report.notes].map(
              ({ place, message }) => ({
                level: 'note',
                message: { text: message },
                locations: [locationOf(place)],
              }),
            ),
          },
        ],
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
}

function ruleOf(id: RuleId): Record<string, unknown> {
  const { title, why, mend, level } = RULES[id];
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: mend },
    defaultConfiguration: { level },
  };
}

function resultOf(finding: Finding, used: readonly RuleId[]): Record<string, unknown> {
  const { rule, level, message, mend, place, suppressed } = finding;
  return {
    ruleId: rule,
    ruleIndex: used.indexOf(rule),
    level,
    message: { text: `${message}\n${mend}` },
    locations: [locationOf(place)],
    ...(suppressed !== null && {
      suppressions: [{ kind: 'inSource', justification: suppressed }],
    }),
  };
}

function locationOf({ file, line, column }: Finding['place']): Record<string, unknown> {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column },
    },
  };
}

function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
