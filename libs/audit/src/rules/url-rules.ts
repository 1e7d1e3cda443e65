import type { AuditContext } from '../context.js';
import { type Finding, finding } from '../finding.js';
import type { ImageFile } from '../model.js';
import type { Subject } from '../subject.js';
import type { Judge } from './judge.js';
import type { RuleId } from './rule-table.js';
import { judged, writtenUrls } from './urls.js';

/** Which rule a problem of the URL belongs to; what is not here makes it no usable URL. */
const RULE_OF: Readonly<Record<string, RuleId>> = {
  DBCFG_SCHEME: 'FP-ENV-003',
  DBCFG_SCHEME_FORBIDDEN: 'FP-ENV-003',
  DBCFG_LOCALHOST_IN_PROD: 'FP-ENV-008',
  DBCFG_CLOUDSQL_ZONE: 'FP-SQL-003',
  DBCFG_CLOUDSQL_FORMAT: 'FP-SQL-004',
  DBCFG_CLOUDSQL_SUFFIX: 'FP-SQL-004',
  DBCFG_SOCKET_TOO_LONG: 'FP-SQL-004',
  DBCFG_TLS_REQUIRED: 'FP-TLS-001',
  DBCFG_SSLMODE_WEAK: 'FP-TLS-001',
  DBCFG_SSLMODE_UNKNOWN: 'FP-TLS-001',
};

/** What the services' own parser would say of every connection string that stands in a file. */
export const judgeUrls: Judge = ({ subjects, images }, context) => [
  ...subjects.flatMap((subject) => ofSubject(subject, context)),
  ...images.flatMap(ofImage),
];

/** A URL in the image is what every container has that is not told another: the incident's SQLite. */
function ofImage({ variables }: ImageFile): Finding[] {
  return [...variables].flatMap(([name, text]) => {
    const isOther = /^\s*(?:sqlite|mysql|mariadb|mssql|mongodb|file)[+\w]*:/i.test(text.value);
    if (!name.endsWith('DATABASE_URL') || !isOther) return [];
    return [
      finding('FP-ENV-003', text.place, `the image itself says a ${name} that is not PostgreSQL's`),
    ];
  });
}

function ofSubject(subject: Subject, context: AuditContext): Finding[] {
  const { workload } = subject;
  return writtenUrls(subject, context).flatMap((url) =>
    judged(url, subject, context).map(({ code, reason, hint }) =>
      finding(
        RULE_OF[code] ?? 'FP-ENV-004',
        url.text.place,
        `${url.variable.name} of ${workload.name} ${reason} (${code})`,
        hint,
      ),
    ),
  );
}
