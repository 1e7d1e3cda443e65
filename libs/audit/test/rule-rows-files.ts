import type { Row } from './rule-row.js';

const PIPELINE = 'tools/deploy/cloudbuild.yaml';
const COMPOSE = 'docker-compose.yml';

/** A pipeline that only calls gcloud. */
const gcloud = (line: string): string =>
  [
    'steps:',
    '  - name: gcr.io/google.com/cloudsdktool/cloud-sdk',
    '    script: |',
    `      ${line}`,
    '',
  ].join('\n');
const UPDATE = 'gcloud run services update settlement --region=us-central1 --update-labels=a=b';
const image = ['FROM node:24-bookworm-slim', 'USER node', 'CMD ["node", "main.js"]', ''].join('\n');
const packages =
  '{\n  "dependencies": { "pg": "8" },\n  "devDependencies": { "sqlite3": "5" }\n}\n';

/** Pipelines, compose, images and packages. */
export const FILE_ROWS: readonly Row[] = [
  {
    rule: 'FP-ENV-009',
    file: 'a.yaml',
    good: gcloud(UPDATE),
    change: [['--update-labels=a=b', '--set-env-vars=A=b']],
    at: '--set-env-vars',
  },
  {
    rule: 'FP-ENV-009',
    file: 'a.yaml',
    good: gcloud(UPDATE),
    change: [['--update-labels=a=b', '--clear-secrets']],
    at: '--clear-secrets',
  },
  {
    rule: 'FP-ENV-009',
    file: 'a.yaml',
    good: gcloud(UPDATE),
    change: [['--update-labels=a=b', '--remove-env-vars "^;^A;DATABASE_URL"']],
    at: '--remove-env-vars',
  },
  {
    rule: 'FP-SQL-008',
    file: 'a.yaml',
    good: gcloud(UPDATE),
    change: [['--update-labels=a=b', '--clear-cloudsql-instances']],
    at: '--clear-cloudsql',
  },
  {
    rule: 'FP-SQL-007',
    file: PIPELINE,
    change: [['settlement.yaml --region=us-central1', 'settlement.yaml --region=europe-west1']],
    at: 'europe-west1',
  },
  {
    rule: 'FP-SQL-005',
    file: PIPELINE,
    change: [['--instance=fp-settlement-db-590d836a', '--instance=fusion-prime-db']],
    at: 'fusion-prime-db',
  },
  {
    rule: 'FP-SEC-007',
    file: PIPELINE,
    change: [['fp-deploy@', 'somebody@']],
    at: 'projects/fusion-prime/serviceAccounts/somebody',
  },
  {
    rule: 'FP-MIG-001',
    file: PIPELINE,
    change: [[' --wait', '']],
    at: 'gcloud run services replace',
  },
  {
    rule: 'FP-MIG-001',
    file: PIPELINE,
    change: [
      [
        'gcloud run jobs replace tools/deploy/cloud-run/migrate-job.yaml --region=us-central1',
        'true',
      ],
    ],
    at: 'gcloud run services replace',
  },
  {
    rule: 'FP-CB-001',
    file: PIPELINE,
    change: [['fusion-prime:$COMMIT_SHA', 'fusion-prime:$_TAG']],
    at: '$_TAG',
  },
  { rule: 'FP-CB-002', file: PIPELINE, change: [['"$$(bash', '"$HOME$$(bash']], at: '$HOME' },
  {
    rule: 'FP-CB-003',
    file: PIPELINE,
    change: [['fp.mjs audit', 'fp.mjs doctor']],
    at: 'gcloud run services replace',
  },
  {
    rule: 'FP-CB-003',
    file: PIPELINE,
    change: [['npm test', 'npm run format']],
    at: 'gcloud run services replace',
  },
  {
    rule: 'FP-CB-004',
    file: PIPELINE,
    change: [['fp.mjs verify', 'fp.mjs health']],
    at: 'gcloud run services update-traffic',
  },
  {
    rule: 'FP-CB-004',
    file: 'tools/deploy/cloud-run/settlement.yaml',
    change: [['percent: 0\n', 'percent: 100\n']],
    at: 'gcloud run services replace',
    nth: 3,
    in: PIPELINE,
  },
  {
    rule: 'FP-CB-005',
    file: PIPELINE,
    change: [[/gcloud run services replace \S+settlement.yaml\s.*/, 'true']],
    at: 'steps',
  },
  {
    rule: 'FP-CB-005',
    file: PIPELINE,
    change: [[/gcloud run services update-traffic settlement.*/, 'true']],
    at: 'gcloud run services replace',
    nth: 3,
  },
  {
    rule: 'FP-SEC-004',
    file: PIPELINE,
    change: [['FP_BUILD_SHA=$COMMIT_SHA', 'NPM_TOKEN=npm_0123456789']],
    at: 'npm_0123456789',
  },
  {
    rule: 'FP-SEC-004',
    file: 'Dockerfile',
    good: image,
    change: [['USER node', 'ENV DB_PASSWORD=open\nUSER node']],
    at: 'DB_PASSWORD',
  },
  {
    rule: 'FP-CTR-001',
    file: 'Dockerfile',
    good: image,
    change: [['USER node\n', '']],
    at: 'node:24',
  },
  {
    rule: 'FP-CTR-001',
    file: 'Dockerfile',
    good: image,
    change: [['node:24-bookworm-slim', 'node']],
    at: 'node\n',
  },
  {
    rule: 'FP-MIG-002',
    file: 'Dockerfile',
    good: image,
    change: [['"node", "main.js"', '"fp", "migrate", "up"']],
    at: 'CMD',
  },
  {
    rule: 'FP-GEN-001',
    file: 'package.json',
    good: packages,
    change: [['"pg": "8"', '"pg": "8", "better-sqlite3": "12"']],
    at: '"better-sqlite3"',
  },
  {
    rule: 'FP-CMP-001',
    file: COMPOSE,
    change: [
      ['postgres: { condition: service_healthy }', 'postgres: { condition: service_started }'],
    ],
    at: 'postgres: { condition: service_started',
  },
  {
    rule: 'FP-CMP-001',
    file: COMPOSE,
    change: [['    migrate: { condition: service_completed_successfully }\n', '']],
    at: 'settlement:\n',
  },
  {
    rule: 'FP-CMP-002',
    file: COMPOSE,
    change: [['-h, 127.0.0.1, ', '']],
    at: 'test: [CMD, pg_isready',
  },
  {
    rule: 'FP-CMP-002',
    file: COMPOSE,
    change: [['-U, postgres', '-U, nobody']],
    at: 'test: [CMD, pg_isready',
  },
  {
    rule: 'FP-CMP-002',
    file: COMPOSE,
    change: [['-d, postgres', '-d, nothing']],
    at: 'test: [CMD, pg_isready',
  },
  { rule: 'FP-CMP-002', file: COMPOSE, change: [['/health/ready', '/health/live']], at: 'test:\n' },
  {
    rule: 'FP-CMP-003',
    file: COMPOSE,
    change: [['postgres-data:/var/lib/postgresql', 'postgres-data:/var/lib/data']],
    at: 'postgres:\n    image',
  },
  {
    rule: 'FP-CMP-003',
    file: COMPOSE,
    change: [['- postgres-data:/var/lib/postgresql', '- ./data:/var/lib/postgresql']],
    at: './data',
  },
  {
    rule: 'FP-CMP-003',
    file: COMPOSE,
    change: [['\n  postgres-data:\n', '\n']],
    at: 'postgres-data:/var/lib',
  },
  {
    rule: 'FP-CMP-004',
    file: COMPOSE,
    change: [
      [
        'DATABASE_URL_FILE: /run/fusion-prime/settlement/database_url',
        'DATABASE_URL: ${SETTLEMENT_URL}',
      ],
    ],
    at: '${SETTLEMENT_URL}',
  },
  {
    rule: 'FP-CMP-005',
    file: COMPOSE,
    change: [["'postgres:5432'", "'database:5432'"]],
    at: "'database:5432'",
  },
  {
    rule: 'FP-CMP-005',
    file: COMPOSE,
    change: [['http://settlement:8080', 'http://settlements:8080']],
    at: 'http://settlements',
  },
  {
    rule: 'FP-CMP-006',
    file: COMPOSE,
    change: [["'127.0.0.1:${SETTLEMENT_PORT", "'${SETTLEMENT_PORT"]],
    at: "'${SETTLEMENT_PORT",
  },
  {
    rule: 'FP-CMP-006',
    file: COMPOSE,
    change: [
      [
        'POSTGRES_PASSWORD_FILE: /run/fusion-prime/postgres/password',
        'POSTGRES_HOST_AUTH_METHOD: trust',
      ],
    ],
    at: 'trust',
  },
  {
    rule: 'FP-SEC-001',
    file: COMPOSE,
    change: [
      ['settlement-secrets:/run/fusion-prime/settlement:ro', 'settlement-secrets:/run/fusion:ro'],
    ],
    at: '/run/fusion-prime/settlement/database_url',
  },
  {
    rule: 'FP-SEC-003',
    file: COMPOSE,
    change: [
      [
        'database_url\n      AUTH_JWKS_FILE: /run/fusion-prime/settlement',
        'database_url\n      AUTH_JWKS_FILE: /run/fusion-prime/alert',
      ],
    ],
    at: '/run/fusion-prime/alert/jwks.json',
  },
  {
    rule: 'FP-ENV-002',
    file: COMPOSE,
    change: [
      [
        'DATABASE_URL_FILE: /run/fusion-prime/settlement/database_url',
        'DATABASE_URL: postgresql://settlement_app:open@postgres/settlement_db',
      ],
    ],
    at: 'postgresql:',
  },
  {
    rule: 'FP-POL-001',
    file: COMPOSE,
    change: [['max_connections=400', 'max_connections=40']],
    at: 'max_connections=40',
  },
];
