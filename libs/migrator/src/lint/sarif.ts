import type { RawFinding } from './finding.js';
import type { LintedFile } from './lint-run.js';
import { RULES, type RuleId } from './rules/rule-list.js';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** SARIF 2.1.0, as code hosts show it at the lines of a change; what is suppressed stays in it, as such. */
export function sarif(files: readonly LintedFile[], prefix = ''): Record<string, unknown> {
  const findings = files.flatMap((file) => file.findings);
  const used = [...new Set(findings.map(({ rule }) => rule))].sort();
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'fp migrate lint', rules: used.map(ruleOf) } },
        artifacts: files.map(({ source }) => ({ location: { uri: uriOf(prefix, source.file) } })),
        results: findings.map((finding) => resultOf(finding, used, prefix)),
        columnKind: 'unicodeCodePoints',
      },
    ],
  };
}

function ruleOf(id: RuleId): Record<string, unknown> {
  const { finds, hazard, level } = RULES[id];
  return {
    id,
    shortDescription: { text: finds },
    defaultConfiguration: { level: LEVELS[level] },
    properties: { tags: [hazard] },
  };
}

function resultOf(finding: RawFinding, used: RuleId[], prefix: string): Record<string, unknown> {
  const { rule, level, message, fix, file, line, hazard, suppressed } = finding;
  return {
    ruleId: rule,
    ruleIndex: used.indexOf(rule),
    level: LEVELS[level],
    message: { text: `${message}\n${fix}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(prefix, file) },
          region: { startLine: line },
        },
      },
    ],
    properties: { hazard },
    ...(suppressed !== null && {
      suppressions: [{ kind: 'inSource', justification: suppressed }],
    }),
  };
}

function uriOf(prefix: string, file: string): string {
  const path = prefix === '' ? file : `${prefix.replace(/\/$/, '')}/${file}`;
  return path.split('/').map(encodeURIComponent).join('/');
}
