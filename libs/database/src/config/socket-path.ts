import type { UrlFindings } from './url-findings.js';

// sockaddr_un.sun_path holds 108 bytes, the last of them NUL.
const MAX_SOCKET_PATH_BYTES = 107;
const CLOUDSQL_FORM = '/cloudsql/PROJECT:REGION:INSTANCE';
const ZONE = /^([a-z]+(?:-[a-z]+)+\d+)-[a-z]$/;
const REGION = /^[a-z]+(?:-[a-z]+)+\d+$/;
const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
// Projects of an organisation's domain carry it in front: example.com:project.
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;
const INSTANCE = /^[a-z][a-z0-9-]{0,96}[a-z0-9]$/;

/** Checks the directory of a Unix socket; a Cloud SQL one must name project, REGION (no zone), instance. */
export function checkSocketPath(path: string, port: number, findings: UrlFindings): void {
  if (/\/\.s\.PGSQL\.\d+\/?$/.test(path)) {
    findings.add(
      'DBCFG_CLOUDSQL_SUFFIX',
      'the socket path ends in the name of the socket file',
      'leave /.s.PGSQL.5432 away: the driver appends it',
    );
    return;
  }
  const bytes = Buffer.byteLength(`${path}/.s.PGSQL.${port}`);
  if (bytes > MAX_SOCKET_PATH_BYTES) {
    findings.add(
      'DBCFG_SOCKET_TOO_LONG',
      `the socket's path has ${bytes} bytes; the operating system takes ${MAX_SOCKET_PATH_BYTES}`,
      'shorten the directory or the instance name',
    );
    return;
  }
  if (isCloudSql(path)) checkInstance(path, findings);
}

/** `/cloudsql` is where Cloud Run and the proxy's containers mount their sockets. */
export function isCloudSql(path: string): boolean {
  return /^\/cloudsql(\/|$)/.test(path);
}

function checkInstance(path: string, findings: UrlFindings): void {
  const parts = path.slice('/cloudsql/'.length).split(':');
  if (parts.length === 4 && DOMAIN.test(parts[0] ?? '')) parts.shift();
  const [project = '', region = '', instance = ''] = parts;
  if (parts.length !== 3 || !PROJECT.test(project) || !INSTANCE.test(instance)) {
    return badFormat(findings);
  }
  const zone = ZONE.exec(region);
  if (zone !== null) {
    findings.add('DBCFG_CLOUDSQL_ZONE', 'names a zone where the region belongs', `${zone[1]}`);
    return;
  }
  if (!REGION.test(region)) badFormat(findings);
}

function badFormat(findings: UrlFindings): void {
  findings.add(
    'DBCFG_CLOUDSQL_FORMAT',
    'the Cloud SQL connection name does not have the three parts',
    CLOUDSQL_FORM,
  );
}
