import type { Row } from './rule-row.js';

const SERVICE = 'tools/deploy/cloud-run/settlement.yaml';
const JOB = 'tools/deploy/cloud-run/migrate-job.yaml';
const POD = 'tools/deploy/kubernetes/base/settlement.yaml';
const OVERLAY = 'tools/deploy/kubernetes/overlays/production/kustomization.yaml';

const SECRET =
  /valueFrom:\n\s+secretKeyRef:\n\s+name: fp-settlement-db-connection-string\n\s+key: '2'/;
const SOCKET = 'host=/cloudsql/fusion-prime:us-central1:fp-settlement-db-590d836a';
const written = (url: string): Row['change'] => [[SECRET, `value: '${url}'`]];

/** Cloud Run and Kubernetes: our own files, each broken in one place. */
export const SERVICE_ROWS: readonly Row[] = [
  {
    rule: 'FP-ENV-001',
    file: SERVICE,
    change: [['name: DATABASE_URL', 'name: DATABASE_URI']],
    at: 'settlement\n  labels',
  },
  {
    rule: 'FP-ENV-001',
    file: JOB,
    change: [['name: ALERT_MIGRATE_URL', 'name: ALERT_MIGRATE']],
    at: 'fp-migrate\nspec',
  },
  {
    rule: 'FP-ENV-002',
    file: SERVICE,
    change: written(`postgresql://settlement_app:open@/settlement_db?${SOCKET}`),
    at: "'postgresql:",
  },
  { rule: 'FP-ENV-003', file: SERVICE, change: written('sqlite:///settlement.db'), at: "'sqlite" },
  {
    rule: 'FP-ENV-003',
    file: SERVICE,
    change: written(`postgresql+asyncpg://a:b@/settlement_db?${SOCKET}`),
    at: "'postgresql+",
  },
  { rule: 'FP-ENV-004', file: SERVICE, change: written(''), at: "''" },
  { rule: 'FP-ENV-004', file: SERVICE, change: written('CHANGEME'), at: "'CHANGEME" },
  {
    rule: 'FP-ENV-005',
    file: SERVICE,
    change: [['name: SETTLEMENT_SUBSCRIPTION', 'name: SETTLEMENT_SUBSCRIPTON']],
    at: 'SETTLEMENT_SUBSCRIPTON',
  },
  {
    rule: 'FP-ENV-006',
    file: SERVICE,
    change: [['value: production', 'value: development']],
    at: 'development',
  },
  {
    rule: 'FP-ENV-007',
    file: SERVICE,
    change: [
      [
        '- name: DB_POOL_SIZE\n',
        "- name: DB_POOL_SIZE\n              value: '8'\n            - name: DB_POOL_SIZE\n",
      ],
    ],
    at: 'DB_POOL_SIZE',
    nth: 2,
  },
  {
    rule: 'FP-ENV-008',
    file: SERVICE,
    change: written(
      'postgresql://settlement_app:p@localhost:5432/settlement_db?sslmode=verify-full',
    ),
    at: "'postgresql:",
  },
  {
    rule: 'FP-SEC-001',
    file: SERVICE,
    change: [['name: fp-settlement-db-connection-string', 'name: fp-settlement-db-url']],
    at: 'fp-settlement-db-url',
  },
  { rule: 'FP-SEC-001', file: SERVICE, change: [["key: '2'", "key: '7'"]], at: "'7'" },
  {
    rule: 'FP-SEC-001',
    file: SERVICE,
    change: [['mountPath: /secrets/cursor-key', 'mountPath: /secrets/cursor']],
    at: '/secrets/cursor-key/value',
  },
  { rule: 'FP-SEC-001', file: POD, change: [['key: value', 'key: url']], at: 'url' },
  { rule: 'FP-SEC-002', file: SERVICE, change: [["key: '2'", 'key: latest']], at: 'latest' },
  {
    rule: 'FP-SEC-003',
    file: SERVICE,
    change: [['name: fp-settlement-db-connection-string', 'name: fp-alert-db-connection-string']],
    at: 'fp-alert-db',
  },
  {
    rule: 'FP-SEC-005',
    file: POD,
    change: [['key: value', 'key: value\n                  optional: true']],
    at: 'name: fp-settlement-db',
  },
  {
    rule: 'FP-SEC-006',
    file: SERVICE,
    change: [["                  key: '2'\n", '']],
    at: 'name: fp-settlement-db',
  },
  { rule: 'FP-SEC-006', file: SERVICE, change: [['secretKeyRef:', 'secretRef:']], at: 'secretRef' },
  {
    rule: 'FP-SEC-007',
    file: SERVICE,
    change: [[/\n\s+serviceAccountName: \S+/, '']],
    at: 'settlement\n  labels',
  },
  {
    rule: 'FP-SEC-007',
    file: SERVICE,
    change: [['serviceAccountName: settlement-service@', 'serviceAccountName: alert-service@']],
    at: 'alert-service@',
  },
  {
    rule: 'FP-SEC-007',
    file: POD,
    change: [['serviceAccountName: settlement', 'serviceAccountName: default']],
    at: 'default\n',
  },
  {
    rule: 'FP-SEC-007',
    file: OVERLAY,
    change: [['settlement-service@', 'alert-service@']],
    at: 'alert-service@',
  },
  {
    rule: 'FP-SQL-001',
    file: SERVICE,
    change: [[/\n\s+run\.googleapis\.com\/cloudsql-instances: \S+/, '']],
    at: 'settlement\n  labels',
  },
  {
    rule: 'FP-SQL-001',
    file: POD,
    change: [['- --unix-socket=/cloudsql\n', '- --quiet\n']],
    at: 'name: cloud-sql-proxy',
  },
  {
    rule: 'FP-SQL-001',
    file: POD,
    change: [[/\n\s+restartPolicy: Always/, '']],
    at: 'name: cloud-sql-proxy',
  },
  {
    rule: 'FP-SQL-002',
    file: SERVICE,
    change: [
      [
        '  annotations:\n',
        '  annotations:\n    run.googleapis.com/cloudsql-instances: fusion-prime:us-central1:fp-settlement-db-590d836a\n',
      ],
    ],
    at: 'fusion-prime:us',
  },
  {
    rule: 'FP-SQL-003',
    file: SERVICE,
    change: [
      ['fusion-prime:us-central1:fp-settlement', 'fusion-prime:us-central1-a:fp-settlement'],
    ],
    at: 'fusion-prime:us-central1-a',
  },
  {
    rule: 'FP-SQL-004',
    file: SERVICE,
    change: [['fusion-prime:us-central1:fp-settlement', 'us-central1:fp-settlement']],
    at: 'us-central1:fp',
  },
  {
    rule: 'FP-SQL-005',
    file: SERVICE,
    change: [['fp-settlement-db-590d836a', 'fusion-prime-db-a504713e']],
    at: 'fusion-prime:us-central1:fusion',
  },
  {
    rule: 'FP-SQL-005',
    file: OVERLAY,
    change: [['fp-settlement-db-590d836a', 'fp-alert-db-e0b47f9a']],
    at: '$(CLOUDSQL_INSTANCE)',
    in: POD,
  },
  {
    rule: 'FP-SQL-006',
    file: SERVICE,
    change: [
      ['name: fp-settlement-db-connection-string', 'name: fp-compliance-db-connection-string'],
    ],
    at: 'fp-compliance-db',
  },
  {
    rule: 'FP-SQL-006',
    file: SERVICE,
    change: written(`postgresql://settlement_app:p@/compliance_db?${SOCKET}`),
    at: "'postgresql:",
  },
  {
    rule: 'FP-SQL-006',
    file: SERVICE,
    change: written(`postgresql://compliance_app:p@/settlement_db?${SOCKET}`),
    at: "'postgresql:",
  },
  {
    rule: 'FP-SQL-009',
    file: SERVICE,
    change: [
      [
        'name: fp-settlement-db-connection-string',
        'name: fp-settlement-db-owner-connection-string',
      ],
    ],
    at: 'fp-settlement-db-owner',
  },
  {
    rule: 'FP-SQL-009',
    file: SERVICE,
    change: [['name: LOG_LEVEL', 'name: SETTLEMENT_MIGRATE_URL']],
    at: 'SETTLEMENT_MIGRATE_URL',
  },
  {
    rule: 'FP-SQL-009',
    file: SERVICE,
    change: written(`postgresql://settlement_owner:p@/settlement_db?${SOCKET}`),
    at: "'postgresql:",
  },
  {
    rule: 'FP-TLS-001',
    file: SERVICE,
    change: written('postgresql://settlement_app:p@10.0.0.7:5432/settlement_db?sslmode=require'),
    at: "'postgresql:",
  },
  { rule: 'FP-MIG-001', file: JOB, change: [['maxRetries: 0', 'maxRetries: 3']], at: '3\n' },
  {
    rule: 'FP-MIG-001',
    file: JOB,
    change: [['timeoutSeconds: 3600', 'timeoutSeconds: 60']],
    at: '60\n',
  },
  {
    rule: 'FP-MIG-001',
    file: JOB,
    change: [[/\n\s+- --yes/, '']],
    at: 'production\n              env',
  },
  {
    rule: 'FP-MIG-002',
    file: SERVICE,
    change: [
      [
        '- apps/settlement/dist/main.js',
        '- tools/fp/bin/fp.mjs\n            - migrate\n            - up',
      ],
    ],
    at: 'node\n',
  },
  {
    rule: 'FP-MIG-002',
    file: SERVICE,
    change: [
      [
        '- name: LOG_LEVEL\n              value: info',
        "- name: TYPEORM_SYNCHRONIZE\n              value: 'true'",
      ],
    ],
    at: 'TYPEORM_SYNCHRONIZE',
  },
  {
    rule: 'FP-MIG-003',
    file: JOB,
    change: [['name: fp-compliance-db-owner', 'name: fp-alert-db-owner']],
    at: 'fp-alert-db-owner',
  },
  { rule: 'FP-MIG-003', file: JOB, change: [['- production\n', '- staging\n']], at: 'staging\n' },
  { rule: 'FP-PRB-001', file: SERVICE, change: [['path: /health/startup', 'path: /']], at: '/\n' },
  {
    rule: 'FP-PRB-001',
    file: SERVICE,
    change: [['httpGet:\n              path: /health/startup\n', 'tcpSocket:\n']],
    at: 'tcpSocket',
  },
  {
    rule: 'FP-PRB-002',
    file: SERVICE,
    change: [['path: /health/live', 'path: /health/ready']],
    at: '/health/ready',
  },
  {
    rule: 'FP-PRB-003',
    file: POD,
    change: [['readinessProbe:', 'readyProbe:']],
    at: 'settlement\n  labels',
  },
  {
    rule: 'FP-PRB-004',
    file: SERVICE,
    change: [['failureThreshold: 60', 'failureThreshold: 5']],
    at: '5\n          liveness',
  },
  {
    rule: 'FP-PRB-004',
    file: POD,
    change: [['failureThreshold: 180', 'failureThreshold: 300']],
    at: '300',
  },
  {
    rule: 'FP-PRB-005',
    file: SERVICE,
    change: [["value: '9500'", "value: '30000'"]],
    at: "'30000'",
  },
  {
    rule: 'FP-PRB-005',
    file: POD,
    change: [['terminationGracePeriodSeconds: 30', 'terminationGracePeriodSeconds: 5']],
    at: '5\n      securityContext',
  },
  {
    rule: 'FP-POL-001',
    file: SERVICE,
    change: [
      ["run.googleapis.com/maxScale: '6'", "run.googleapis.com/maxScale: '60'"],
      ["autoscaling.knative.dev/maxScale: '6'", "autoscaling.knative.dev/maxScale: '60'"],
    ],
    at: "'60'",
    nth: 2,
  },
  {
    rule: 'FP-POL-001',
    file: POD,
    change: [[/\n\s+maxSurge: 1/, '']],
    at: '6\n',
    in: OVERLAY,
    nth: 3,
  },
  {
    rule: 'FP-POL-002',
    file: SERVICE,
    change: [
      [
        "name: DB_POOL_SIZE\n              value: '8'",
        'name: DB_POOL_SIZE\n              value: eight',
      ],
    ],
    at: 'eight',
  },
  {
    rule: 'FP-GEN-002',
    file: SERVICE,
    change: [['name: AUTH_ISSUER', 'name: AUTH_ISSUERS']],
    at: 'settlement\n  labels',
  },
  {
    rule: 'FP-GEN-002',
    file: SERVICE,
    change: [['value: https://auth.fusion-prime.example\n', 'value: https://auth.example\n']],
    at: 'https://auth.example',
  },
  {
    rule: 'FP-GEN-002',
    file: OVERLAY,
    change: [['- AUTH_ISSUER=https', '- AUTH_ISSUERS=https']],
    at: 'AUTH_ISSUER\n',
    in: 'tools/deploy/kubernetes/base/compliance.yaml',
  },
  {
    rule: 'FP-GEN-003',
    file: SERVICE,
    change: [['kind: Service\n', 'kind: Service\nkind: Service\n']],
    at: 'kind: Service',
    nth: 2,
  },
  {
    rule: 'FP-CTR-001',
    file: POD,
    change: [['runAsNonRoot: true', 'runAsNonRoot: false']],
    at: 'name: settlement\n          image',
  },
];
