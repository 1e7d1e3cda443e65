import { type AuditContext, audit, type AuditReport } from '../src/index.js';

export const noContext: AuditContext = {
  fleet: [],
  manifest: null,
  facts: [],
  today: '2026-11-20',
};

/** The names of the five services, as migrations/fleet.yaml has them. */
export const fleet = (
  [
    ['price-oracle', 'priceoracle_db'],
    ['compliance', 'compliance_db'],
    ['settlement', 'settlement_db'],
    ['risk-engine', 'risk_db'],
    ['alert', 'alert_db'],
  ] as const
).map(([name, database]) => {
  const variable = name.toUpperCase().replaceAll('-', '_');
  return {
    name,
    database,
    urlVariable: `${variable}_DATABASE_URL`,
    migrateUrlVariable: `${variable}_MIGRATE_URL`,
  };
});

/** Audits texts by their names. */
export function auditTexts(
  texts: Readonly<Record<string, string>>,
  context: Partial<AuditContext> = {},
): AuditReport {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text, named: true }));
  return audit(files, { ...noContext, fleet, ...context });
}

/** `file:line:column RULE`, as far as it stands. */
export function found({ findings }: AuditReport): string[] {
  return findings
    .filter(({ suppressed }) => suppressed === null)
    .map(({ rule, place }) => `${place.file}:${place.line}:${place.column} ${rule}`);
}
