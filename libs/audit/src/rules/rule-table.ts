export type Level = 'error' | 'warning';

export interface Rule {
  readonly level: Level;
  /** What it finds, in a few words. */
  readonly title: string;
  /** What happens otherwise. */
  readonly why: string;
  readonly mend: string;
}

/** Everything that the audit knows, by stable id. RULES.md is written from it. */
export const RULES = {
  'FP-ENV-001': {
    level: 'error',
    title: 'no DATABASE_URL',
    why: 'A service without its database does not start, and the platform before this one fell back to SQLite.',
    mend: 'Take it from the secret: --set-secrets=DATABASE_URL=SECRET:VERSION, or secretKeyRef.',
  },
  'FP-ENV-002': {
    level: 'error',
    title: 'a connection string with a password as plain text',
    why: 'Whoever may read the file, the revision or the console may read the database.',
    mend: 'Put it into a secret and refer to that.',
  },
  'FP-ENV-003': {
    level: 'error',
    title: 'DATABASE_URL is not of PostgreSQL',
    why: 'SQLite, MySQL and SQLAlchemy driver suffixes are refused at start.',
    mend: 'postgresql://ROLE:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full',
  },
  'FP-ENV-004': {
    level: 'error',
    title: 'DATABASE_URL is empty, a placeholder or no usable URL',
    why: 'The service exits 78 before it listens.',
    mend: 'Give it the URL, or better the secret that holds it.',
  },
  'FP-ENV-005': {
    level: 'warning',
    title: 'a variable that no code reads',
    why: 'A misspelt name is a setting that never happens.',
    mend: 'Take the name that the code reads.',
  },
  'FP-ENV-006': {
    level: 'error',
    title: 'NODE_ENV is not production',
    why: 'development and test relax every rule about the database and its transport.',
    mend: 'NODE_ENV=production',
  },
  'FP-ENV-007': {
    level: 'error',
    title: 'a variable is set twice',
    why: 'Which of the two holds depends on the platform.',
    mend: 'Keep one of them.',
  },
  'FP-ENV-008': {
    level: 'error',
    title: 'the database is on localhost, and no proxy is there',
    why: 'Inside a container localhost is the container itself.',
    mend: 'Name the host, the Cloud SQL socket, or put the proxy beside it.',
  },
  'FP-ENV-009': {
    level: 'error',
    title: 'a flag takes variables or secrets away',
    why: 'What the flag does not name is gone with the next revision.',
    mend: '--update-env-vars and --update-secrets, or declare the whole service in a file.',
  },
  'FP-SEC-001': {
    level: 'error',
    title: 'a secret, or its key, that is not there',
    why: 'The revision does not start, or starts without.',
    mend: 'Name one that exists, or create it first.',
  },
  'FP-SEC-002': {
    level: 'warning',
    title: 'the latest version of a secret as a variable',
    why: 'Instances that start later see another value; a rollback does not bring the old one back.',
    mend: 'Pin the version, or mount the secret as a file.',
  },
  'FP-SEC-003': {
    level: 'error',
    title: 'the secret of another service',
    why: 'It connects to another service’s database and is refused, or worse, is not.',
    mend: 'Take the service’s own secret.',
  },
  'FP-SEC-004': {
    level: 'error',
    title: 'a credential in a file or a build argument',
    why: 'It stays in the history of the repository and in the layers of the image.',
    mend: 'Put it into a secret; rotate it.',
  },
  'FP-SEC-005': {
    level: 'error',
    title: 'an optional secret',
    why: 'Without it the container starts all the same, without its database.',
    mend: 'Leave `optional` away.',
  },
  'FP-SEC-006': {
    level: 'error',
    title: 'a reference without the name or the key of the secret',
    why: 'The platform refuses it, or takes what nobody meant.',
    mend: 'NAME:VERSION, or name and key.',
  },
  'FP-SEC-007': {
    level: 'error',
    title: 'no service account of its own',
    why: 'The default account may do almost anything in the project, and every service has it.',
    mend: 'Name the service’s own account.',
  },
  'FP-SQL-001': {
    level: 'error',
    title: 'a Cloud SQL socket, and no instance attached',
    why: 'There is no socket: connection refused, or no such file.',
    mend: '--add-cloudsql-instances=PROJECT:REGION:INSTANCE, or the annotation on the template.',
  },
  'FP-SQL-002': {
    level: 'error',
    title: 'the instance is attached at the wrong level',
    why: 'On the service instead of its template the annotation does nothing.',
    mend: 'Under spec.template.metadata.annotations.',
  },
  'FP-SQL-003': {
    level: 'error',
    title: 'a zone where the region belongs',
    why: 'us-central1-a is no region: the socket never appears.',
    mend: 'PROJECT:REGION:INSTANCE without the zone’s letter.',
  },
  'FP-SQL-004': {
    level: 'error',
    title: 'a malformed connection name',
    why: 'The platform refuses it, or the socket never appears.',
    mend: 'PROJECT:REGION:INSTANCE',
  },
  'FP-SQL-005': {
    level: 'error',
    title: 'the instance is not the one of the database',
    why: 'The URL names a socket that is not there.',
    mend: 'Attach the instance that the URL names.',
  },
  'FP-SQL-006': {
    level: 'error',
    title: 'a service on another one’s database, or two on the same',
    why: 'Each service has a database of its own; the second one is refused by its identity.',
    mend: 'Give each its own.',
  },
  'FP-SQL-007': {
    level: 'warning',
    title: 'the instance is in another region',
    why: 'Every query crosses a continent.',
    mend: 'Run the service where its database is.',
  },
  'FP-SQL-008': {
    level: 'error',
    title: 'a flag detaches the instance',
    why: 'The next revision has no socket.',
    mend: 'Leave the flag away.',
  },
  'FP-SQL-009': {
    level: 'error',
    title: 'the owner’s role at run time',
    why: 'The service refuses to run as a role that may change the schema.',
    mend: 'Take the role that reads and writes rows alone.',
  },
  'FP-TLS-001': {
    level: 'error',
    title: 'TCP without sslmode=verify-full',
    why: 'Passwords and rows go over the network for anybody between.',
    mend: '?sslmode=verify-full, or the Cloud SQL socket.',
  },
  'FP-MIG-001': {
    level: 'error',
    title: 'no migration before the deployment',
    why: 'The new version waits for tables that nobody makes.',
    mend: 'Run the migrate job with --wait before the first service.',
  },
  'FP-MIG-002': {
    level: 'error',
    title: 'a service migrates, or synchronizes, by itself',
    why: 'Each of its instances would, at once, with the owner’s rights.',
    mend: 'Migrate in a job of its own, before.',
  },
  'FP-MIG-003': {
    level: 'error',
    title: 'the job migrates another database',
    why: 'The migrations of one service would be applied to the database of another.',
    mend: 'Give every variable of the fleet file its own secret.',
  },
  'FP-PRB-001': {
    level: 'error',
    title: 'no startup probe over HTTP',
    why: 'An open port says nothing: such a probe passed a service on SQLite.',
    mend: 'startupProbe.httpGet.path: /health/startup',
  },
  'FP-PRB-002': {
    level: 'error',
    title: 'liveness asks for more than the process',
    why: 'A fault of the database would restart every instance, again and again.',
    mend: 'livenessProbe.httpGet.path: /health/live',
  },
  'FP-PRB-003': {
    level: 'error',
    title: 'no readiness probe',
    why: 'Requests go to an instance whose database is away.',
    mend: 'readinessProbe.httpGet.path: /health/ready',
  },
  'FP-PRB-004': {
    level: 'error',
    title: 'a probe’s timing cannot work',
    why: 'It gives up before the service may, or the platform refuses it.',
    mend: 'See the message.',
  },
  'FP-PRB-005': {
    level: 'warning',
    title: 'killed before it has drained',
    why: 'Requests that are under way are cut off.',
    mend: 'terminationGracePeriodSeconds above the drain’s time.',
  },
  'FP-POL-001': {
    level: 'error',
    title: 'more connections than the server has',
    why: 'The last instance to start gets none, and neither does the migration.',
    mend: 'Fewer instances, a smaller pool, or a larger server.',
  },
  'FP-POL-002': {
    level: 'error',
    title: 'no whole number, or one that is out of range',
    why: 'The service exits 78 before it listens.',
    mend: 'Digits alone, in the range that the message says.',
  },
  'FP-CMP-001': {
    level: 'error',
    title: 'starts before what it needs is healthy',
    why: 'A race at every start.',
    mend: 'depends_on with condition: service_healthy or service_completed_successfully',
  },
  'FP-CMP-002': {
    level: 'error',
    title: 'no health check, or one that says nothing',
    why: 'Whoever waits for it waits for nothing.',
    mend: 'pg_isready -h 127.0.0.1 -U ROLE -d DATABASE, or /health/ready',
  },
  'FP-CMP-003': {
    level: 'error',
    title: 'the database is on no named volume',
    why: 'docker compose down takes the data along.',
    mend: 'A named volume at the image’s data directory.',
  },
  'FP-CMP-004': {
    level: 'error',
    title: 'a required secret without :?',
    why: 'Compose takes an empty text for a variable that is not set.',
    mend: '${NAME:?say what to set}',
  },
  'FP-CMP-005': {
    level: 'error',
    title: 'a host that is no service on a shared network',
    why: 'The name does not resolve.',
    mend: 'The name of a service on one of its networks.',
  },
  'FP-CMP-006': {
    level: 'warning',
    title: 'a port for everybody, or a server without passwords',
    why: 'Anybody in the network of the machine may connect.',
    mend: '127.0.0.1:PORT:PORT; no POSTGRES_HOST_AUTH_METHOD=trust',
  },
  'FP-CB-001': {
    level: 'error',
    title: 'a substitution that nobody defines',
    why: 'Cloud Build refuses the build, or puts an empty text.',
    mend: 'Add it to substitutions.',
  },
  'FP-CB-002': {
    level: 'error',
    title: 'a single $ before a variable of the shell',
    why: 'Cloud Build takes it for a substitution of its own.',
    mend: '$$NAME',
  },
  'FP-CB-003': {
    level: 'error',
    title: 'deploys without audit and tests',
    why: 'The incident was in the deployment file, and every test was green.',
    mend: 'A step with `fp audit` and one with the tests before the first deployment.',
  },
  'FP-CB-004': {
    level: 'error',
    title: 'gets traffic before anybody looked',
    why: 'Every request meets the new version before anything proved that it keeps data.',
    mend: '--no-traffic, then `fp verify`, then update-traffic.',
  },
  'FP-CB-005': {
    level: 'error',
    title: 'a service of the fleet is not deployed',
    why: 'The old version of it meets the new versions of the others.',
    mend: 'Deploy every service of the fleet.',
  },
  'FP-CTR-001': {
    level: 'warning',
    title: 'root, latest or no limits',
    why: 'What breaks out of it is root; what runs is not what was tested; one eats all the memory.',
    mend: 'USER, a tag or digest, limits.',
  },
  'FP-GEN-001': {
    level: 'error',
    title: 'a database in the dependencies that could take PostgreSQL’s place',
    why: 'A fallback needs a driver, and this is one.',
    mend: 'Take it out, or into devDependencies.',
  },
  'FP-GEN-002': {
    level: 'error',
    title: 'targets disagree',
    why: 'What works in one place fails in another.',
    mend: 'Wire what the manifest and the facts say, everywhere.',
  },
  'FP-GEN-003': {
    level: 'error',
    title: 'YAML that parsers read differently',
    why: 'The second of two keys wins here and loses there.',
    mend: 'One key, one meaning, no tabs.',
  },
  'FP-GEN-009': {
    level: 'error',
    title: 'a suppression without reason or date, or one that is over',
    why: 'What was put up with for a week stays for ever.',
    mend: '# fp-audit: ignore RULE reason="why" until=YYYY-MM-DD',
  },
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;

export function isRule(id: string): id is RuleId {
  return Object.hasOwn(RULES, id);
}

export const SECTIONS: Readonly<Record<string, string>> = {
  ENV: 'Variables',
  SEC: 'Secrets and accounts',
  SQL: 'Cloud SQL and databases',
  TLS: 'Transport',
  MIG: 'Migrations',
  PRB: 'Probes',
  POL: 'Pools',
  CMP: 'Compose',
  CB: 'Pipelines',
  CTR: 'Containers',
  GEN: 'Files and targets',
};
