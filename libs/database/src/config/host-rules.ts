import { isIP } from 'node:net';
import type { Audience, DatabaseTarget } from '../target.js';
import { SSL_MODES, showTarget } from '../target.js';
import type { UrlFindings } from './url-findings.js';

const HOST_NAME =
  /^(?=.{1,253}\.?$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?$/i;
// getaddrinfo reads 127.1, 2130706433 and 0x7f000001 as addresses; nobody means to write them.
const NUMERIC_SPELLING = /^(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+))*\.?$/i;
const LOOPBACK = /^(127\.|0\.0\.0\.0$|::1?$|::ffff:(127\.|7f))/i;

/** The authority's host without its brackets; '' after a finding. */
export function readHost(text: string, findings: UrlFindings): string {
  const bracketed = text.startsWith('[');
  const host = bracketed ? text.slice(1, -1) : text;
  const valid = bracketed
    ? isIP(host) === 6
    : isIP(host) === 4 || (HOST_NAME.test(host) && !NUMERIC_SPELLING.test(host));
  if (valid) return bracketed ? shortestIPv6(host) : host.toLowerCase();
  findings.add(
    'DBCFG_HOST_INVALID',
    'the host is neither a name nor an address',
    'a DNS name, an IPv4 address, an [IPv6] address; a socket goes into ?host=/directory',
  );
  return '';
}

/** RFC 5952: the one spelling by which `0:0:0:0:0:0:0:1` and `::1` are seen to be the same machine. */
function shortestIPv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** The port, 5432 when absent: PostgreSQL's registered port is not a guess. */
export function readPortText(text: string, findings: UrlFindings): number {
  if (text === '') return 5432;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  findings.add('DBCFG_PORT', 'the port is not a number from 1 to 65535', 'digits only, 1..65535');
  return 5432;
}

/** True for every spelling of this machine, including the addresses that mean "any". */
export function isLoopback(host: string): boolean {
  return /(^|\.)localhost\.?$/i.test(host) || LOOPBACK.test(host);
}

export function checkSslMode(
  text: string | undefined,
  findings: UrlFindings,
): DatabaseTarget['sslmode'] {
  if (text === undefined) return 'disable';
  const mode = SSL_MODES.find((candidate) => candidate === text);
  if (mode !== undefined) return mode;
  if (text === 'prefer' || text === 'allow') {
    findings.add(
      'DBCFG_SSLMODE_WEAK',
      `sslmode=${text} falls back to clear text without a word`,
      'sslmode=verify-full',
    );
    return 'disable';
  }
  findings.add('DBCFG_SSLMODE_UNKNOWN', 'sslmode is not a known mode', SSL_MODES.join(' | '));
  return 'disable';
}

interface TransportRules {
  audience: Audience;
  allowLoopback: boolean;
  /** What the URL itself said; undefined when it said nothing. */
  sslmode: string | undefined;
}

/**
 * Over a network, production demands verified TLS; to this machine it demands that somebody said so.
 * A socket needs neither: only this machine's processes reach it.
 */
export function checkTransport(
  target: DatabaseTarget,
  rules: TransportRules,
  findings: UrlFindings,
): void {
  if (target.kind !== 'tcp' || rules.audience === 'service-development') return;
  const loopback = isLoopback(target.host);
  if (loopback && (rules.allowLoopback || rules.audience === 'tool')) return;
  if (loopback) {
    findings.add(
      'DBCFG_LOCALHOST_IN_PROD',
      `${showTarget(target)} is this machine, in production`,
      "the database's own address; DB_ALLOW_LOOPBACK=1 for a proxy beside the service; NODE_ENV=development on a laptop",
    );
  }
  if (rules.sslmode === undefined) {
    findings.add(
      'DBCFG_TLS_REQUIRED',
      `${showTarget(target)} would be reached in clear`,
      'sslmode=verify-full',
    );
  } else if (rules.sslmode !== 'verify-full' && findings.clean) {
    findings.add(
      'DBCFG_SSLMODE_WEAK',
      `${showTarget(target)} with sslmode=${target.sslmode} does not prove who answers`,
      'sslmode=verify-full',
    );
  }
}
