const SECRET_NAMES = new Set([
  'authorization',
  'cookie',
  'setcookie',
  'password',
  'secret',
  'token',
  'accesstoken',
  'apikey',
  'privatekey',
  'signature',
  'databaseurl',
]);
const MAX_DEPTH = 6;
const MAX_JUDGED_NAMES = 2_000;
const judgedNames = new Map<string, boolean>();

/**
 * Blanks out what goes by the name of a secret, at any depth. By hand, because pino's own redaction with
 * wildcards costs 40 µs a line, which is as much as answering a request.
 */
export function censor(facts: Record<string, unknown>, depth = 0): Record<string, unknown> {
  let censored = facts;
  for (const [name, value] of Object.entries(facts)) {
    const shown = censorValue(name, value, depth);
    if (shown === value) continue;
    if (censored === facts) censored = { ...facts };
    censored[name] = shown;
  }
  return censored;
}

function censorValue(name: string, value: unknown, depth: number): unknown {
  if (typeof value === 'string' && isSecretName(name)) return '***';
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((item) => censorValue(name, item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return censor(value as Record<string, unknown>, depth + 1);
}

/** `api_key`, `apiKey` and `API-KEY` are one name. Names come from code, so there are few: remember them. */
function isSecretName(name: string): boolean {
  let secret = judgedNames.get(name);
  if (secret === undefined) {
    secret = SECRET_NAMES.has(name.replace(/[_-]/g, '').toLowerCase());
    if (judgedNames.size < MAX_JUDGED_NAMES) judgedNames.set(name, secret);
  }
  return secret;
}

const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi;
const BEARER_TOKEN = /\b(bearer +)[\w.~+/-]+=*/gi;
const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;

/** Takes the password out of URLs and tokens out of texts: error messages of drivers quote both. */
export function redactText(text: string): string {
  return text.replace(URL_PASSWORD, '$1:***@').replace(BEARER_TOKEN, '$1***').replace(JWT, '***');
}

interface LoggedError {
  type: string;
  message: string;
  code?: string;
  constraint?: string;
  stack?: string;
  cause?: LoggedError;
}

const MAX_CAUSES = 5;

/**
 * What is logged of an error: an allow-list, because drivers hang the statement and its values on theirs,
 * and those hold what clients sent.
 */
export function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: redactText(String(error)) };
  const { code, constraint } = error as Error & { code?: unknown; constraint?: unknown };
  return {
    type: error.name,
    message: redactText(error.message),
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(error.stack !== undefined && { stack: redactText(error.stack) }),
    ...(error.cause !== undefined &&
      depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}
