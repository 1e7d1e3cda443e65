import type { UrlFindings } from './url-findings.js';

export const URL_FORM = 'postgresql://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full';

interface Shape {
  code: string;
  pattern: RegExp;
  reason: string;
  hint: string;
}

// The incident: a file that vanishes with the container, whatever it is called.
const FORBIDDEN: Shape = {
  code: 'DBCFG_SCHEME_FORBIDDEN',
  pattern: /^["'\s]*(jdbc:)?(sqlite[\w+.-]*(:|$)|file:|:memory:|[^:@]*\.(db|sqlite3?)["'\s]*$)/i,
  reason: 'names a SQLite or other file database; data in it does not survive a restart',
  hint: URL_FORM,
};

/** What people put into the variable instead of a URL, the most telling first; one code each. */
const SHAPES: readonly Shape[] = [
  {
    code: 'DBCFG_QUOTED',
    pattern: /^\s*["'`]|["'`]\s*$/,
    reason: 'has quotes around it; they are part of the value here',
    hint: 'remove the quotes',
  },
  {
    code: 'DBCFG_UNEXPANDED',
    pattern: /\$\{|\$\(|\{\{|^\$[A-Za-z_]/,
    reason: 'holds a reference to a variable that nobody expanded',
    hint: 'expand it before the process starts; encode a literal $ as %24 and { as %7B',
  },
  {
    code: 'DBCFG_PLACEHOLDER',
    pattern: /<[^>]*>|:\*+@/,
    reason: 'holds a placeholder of an example',
    hint: 'put the real value in its place; encode a literal < as %3C',
  },
  {
    code: 'DBCFG_CHANGEME',
    pattern: /(^|[^A-Za-z])change[-_]?me([^A-Za-z]|$)/i,
    reason: 'still says CHANGEME',
    hint: 'put the real value in its place',
  },
  {
    code: 'DBCFG_UNDEFINED',
    pattern: /(^|[/:@])(undefined|null|None|NaN)(?=$|[/:@?])|\[object /,
    reason: 'holds the word a program prints for a value it does not have',
    hint: 'find the program that made the URL from an unset value',
  },
  {
    code: 'DBCFG_LIBPQ_FORM',
    pattern: /^\s*(host|hostaddr|port|dbname|user|password|service|sslmode)\s*=/i,
    reason: "is libpq's keyword form, not a URL",
    hint: URL_FORM,
  },
  {
    code: 'DBCFG_SECRET_NAME',
    pattern:
      /^(projects\/[^/]+\/secrets\/.*|arn:aws:.*|(sm|gsm|vault|gcp-secret|secret):.*|[\w.-]+(:latest|:\d+)?)$/i,
    reason: 'is the name of a secret, not its value',
    hint: 'mount the value, for example DATABASE_URL_FILE=/run/secrets/database-url',
  },
];

/**
 * Looks at the text as a whole, before any parsing.
 *
 * @returns true when it may go on to the parser.
 */
export function looksLikeUrl(text: string, findings: UrlFindings): boolean {
  if (FORBIDDEN.pattern.test(text)) {
    findings.refuse(FORBIDDEN.code, FORBIDDEN.reason, FORBIDDEN.hint);
    return false;
  }
  const shapes = SHAPES.filter((shape) => shape.pattern.test(text));
  // A bare word such as `undefined` also looks like a secret's name: the first match knows best.
  const [first] = shapes;
  if (first === undefined) return true;
  findings.refuse(first.code, first.reason, first.hint);
  return false;
}
