import { URL_FORM } from './not-a-url.js';
import type { UrlFindings } from './url-findings.js';

/** A URL taken apart and percent-decoded; a part that is absent is the empty string. */
export interface UrlParts {
  user: string;
  password: string;
  host: string;
  port: string;
  database: string;
  query: ReadonlyMap<string, string>;
}

const PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/i;
const AUTHORITY = /^(?:([^:]*)(?::(.*))?@)?(.*)$/;
const HOST_AND_PORT = /^(\[[0-9a-f:.]*\]|[^:[\]]*)(?::(.*))?$/i;
const ENCODE_HINT =
  'percent-encode reserved characters: # is %23, / is %2F, ? is %3F, @ is %40, % is %25';
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Takes a `postgresql://` URL apart. Strict on purpose: an unencoded `@`, `/`, `?` or `#` in a password
 * makes other parsers move the host, so it is refused instead of guessed.
 *
 * @returns undefined after adding a finding.
 */
export function splitUrl(text: string, findings: UrlFindings): UrlParts | undefined {
  const [, , authority = '', path = '', queryText = ''] = PARTS.exec(text) ?? [];
  if (
    !PARTS.test(text) ||
    /[\s#\\^`|"]/.test(text) ||
    !separatorsStandOnce(authority, path, queryText)
  ) {
    findings.refuse('DBCFG_URL_INVALID', 'cannot be parsed as a URL', ENCODE_HINT);
    return undefined;
  }
  const [, user = '', password = '', place = ''] = AUTHORITY.exec(authority) ?? [];
  if (place.includes(',')) {
    findings.add(
      'DBCFG_MULTIPLE_HOSTS',
      'names several hosts',
      'one host: the address of the primary',
    );
    return undefined;
  }
  const [, host, port = ''] = HOST_AND_PORT.exec(place) ?? [];
  if (host === undefined) {
    findings.refuse('DBCFG_URL_INVALID', 'cannot be parsed as a URL', URL_FORM);
    return undefined;
  }
  return decodeAll({ user, password, host, port, database: path, query: queryText }, findings);
}

function separatorsStandOnce(authority: string, path: string, query: string): boolean {
  const ats = authority.split('@').length - 1;
  return ats <= 1 && !/[@/]/.test(path) && !query.includes('@') && !query.includes('?');
}

type RawParts = Record<'user' | 'password' | 'host' | 'port' | 'database' | 'query', string>;

function decodeAll(raw: RawParts, findings: UrlFindings): UrlParts | undefined {
  try {
    const query = new Map<string, string>();
    for (const pair of raw.query === '' ? [] : raw.query.split('&')) {
      const [key = '', ...value] = pair.split('=');
      const name = decodeURIComponent(key);
      if (query.has(name)) {
        findings.add('DBCFG_QUERY_REPEATED', 'a query key stands twice', 'each key once');
      }
      query.set(name, decodeURIComponent(value.join('=')));
    }
    const [user, password, database] = [raw.user, raw.password, raw.database].map((part) =>
      decodeURIComponent(part),
    ) as [string, string, string];
    if ([user, password, database, ...query.values()].some((part) => CONTROL.test(part))) {
      findings.refuse('DBCFG_CONTROL_CHARACTER', 'holds an encoded control character', URL_FORM);
    }
    return { user, password, host: raw.host, port: raw.port, database, query };
  } catch {
    findings.refuse('DBCFG_URL_INVALID', 'has a bad percent escape', ENCODE_HINT);
    return undefined;
  }
}
