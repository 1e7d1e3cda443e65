const SECRET_NAMES = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'access_token',
  'apiKey',
  'api_key',
  'privateKey',
  'signature',
  'databaseUrl',
];

/** Where pino blanks values out: these names, down to the third level of a log line. */
export const REDACTED_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

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
