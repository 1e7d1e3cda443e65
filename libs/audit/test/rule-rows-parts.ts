import type { Row } from './rule-row.js';

const SERVICE = 'tools/deploy/cloud-run/settlement.yaml';
const POD = 'tools/deploy/kubernetes/base/settlement.yaml';
const BASE = 'tools/deploy/kubernetes/base/kustomization.yaml';
const NAME = 'settlement\n  labels';

/** Rules of several parts: a row for each part that could be taken away unseen. */
export const PART_ROWS: readonly Row[] = [
  {
    rule: 'FP-PRB-001',
    file: SERVICE,
    change: [[/(startup\n\s+port: )8080/, '$18081']],
    at: '8081',
  },
  {
    rule: 'FP-PRB-001',
    file: POD,
    change: [
      ["name: PORT\n              value: '8080'", "name: PORT\n              value: '8081'"],
    ],
    at: "'8081'",
  },
  {
    rule: 'FP-GEN-002',
    file: SERVICE,
    change: [
      ['name: LOG_LEVEL\n              value: info', 'name: LOG_LEVEL\n              value: noisy'],
    ],
    at: 'noisy',
  },
  {
    rule: 'FP-GEN-002',
    file: SERVICE,
    change: [
      ['name: FP_ENV\n              value: production', 'name: FP_ENV\n              value: moon'],
    ],
    at: 'moon',
  },
  {
    rule: 'FP-GEN-002',
    file: SERVICE,
    change: [["autoscaling.knative.dev/maxScale: '6'", "autoscaling.knative.dev/maxScale: '5'"]],
    at: "'5'",
  },
  {
    rule: 'FP-GEN-002',
    file: SERVICE,
    change: [[NAME, `settlement-api\n  labels`]],
    at: 'settlement-api',
  },
  {
    rule: 'FP-GEN-002',
    file: SERVICE,
    change: [['failureThreshold: 60', 'failureThreshold: 61']],
    at: '61',
  },
  {
    rule: 'FP-GEN-002',
    file: SERVICE,
    change: [['apps/settlement/dist/main.js', 'apps/settlement/dist/other.js']],
    at: 'node\n',
  },
  {
    rule: 'FP-SQL-007',
    file: SERVICE,
    change: [[`${NAME}:\n`, `${NAME}:\n    cloud.googleapis.com/location: europe-west1\n`]],
    at: 'europe-west1',
  },
  {
    rule: 'FP-CB-005',
    file: BASE,
    change: [['  - settlement.yaml\n', '']],
    at: 'apiVersion',
    in: 'tools/deploy/kubernetes/base/namespace.yaml',
  },
];
