/**
 * Lines of deployment files that are no wiring, each with the reason. Whatever is not here must raise a finding
 * when it is deleted, changed or misspelt.
 */
const EVERYWHERE: readonly [RegExp, string][] = [
  [/labels|matchLabels|selector/, 'names things for people and for Kubernetes'],
  [/resources|cpus|mem_limit|pids_limit|shm_size/, 'how much a container gets'],
  [/\.image( \||$)|images|\.build|pull_policy/, 'which build runs: the pipeline fills it in'],
  [/containers\[[^\]]*\]\.name$/, 'what a container is called inside its pod'],
  [/env\[GIT_SHA\]/, 'stands in the history of migrations, and nothing depends on it'],
];

const CLOUD_RUN: readonly [RegExp, string][] = [
  [
    /run\.googleapis\.com\/(ingress|invoker-iam|cpu-throttling|startup-cpu|execution-env)/,
    'who may call, and how fast it is',
  ],
  [/spec\.(containerConcurrency|timeoutSeconds)$/, 'how many requests, and how long'],
  [/^(delete|rename) .*Probe\.httpGet\.port$/, 'Cloud Run asks the container’s own port then'],
  [
    /^change spec\.traffic\[0\]\.revisionName/,
    'stands for the serving revision; gcloud refuses what does not exist',
  ],
  [
    /^(delete|rename) spec\.template\.spec\.(taskCount|parallelism)$/,
    'one task is Cloud Run’s default',
  ],
  [/\[migrate\]\.command/, 'fp.mjs starts itself, and another program is refused by its own name'],
];

const CLOUD_BUILD: readonly [RegExp, string][] = [
  [/^change steps\[[a-z-]+\]\.args\[0\]$/, 'bash -cx runs what bash -c does, and says more'],
  [/\]\.(id|name|volumes)|^\w+ (timeout|options|tags)/, 'names, builders’ images and machines'],
  [
    /steps\[(alone|install|build|push|fill|backup)\]/,
    'waits for other builds, makes the image and the backups: no rule speaks of them',
  ],
  [
    /^(change|delete) .*set -euo pipefail \| pipefail$|^change .* \| -euo$/,
    'no pipe is in these scripts, and -x only says more',
  ],
  [
    /steps\[(audit|test|verify|deploy-[a-z-]+)\].* \| set -euo pipefail/,
    'its last command decides in any case',
  ],
  [/npm run lint|su node|'npm/, 'lint is no test, and the user is not our business'],
  [
    /keep-traffic\.sh|candidate-url\.sh|new-instance\.sh|gcloud secrets|umask|export /,
    'without it gcloud or fp verify refuse',
  ],
  [
    /fp\.mjs (audit|verify).* \| (node|\/opt\/node\/node|--[a-z-]+|\$COMMIT_SHA|\/tmp\/token|\\)$/,
    'fp refuses what it does not know, and verifies nothing without',
  ],
  [/^delete .* \| --region=us-central1$/, 'gcloud asks, and nobody answers'],
  [
    /(update-traffic|jobs execute).* \| --region=us-central1$/,
    'there is no such service or job in another region',
  ],
];

const KUBERNETES: readonly [RegExp, string][] = [
  [
    /apiVersion|kind$|metadata|namespace|automountServiceAccountToken|topologySpread/,
    'the API server refuses it, or it is not about databases',
  ],
  [/annotations$/, 'an empty path'],
  [
    /(strategy|minReadySeconds|revisionHistoryLimit|progressDeadlineSeconds)/,
    'how careful a rollout is',
  ],
  [
    /cloud-sql-proxy\]\.(name|image|args\[[1-5]\]|startupProbe|securityContext)/,
    'the proxy’s own probe, logs and rights',
  ],
  [
    /securityContext\.(runAsUser|runAsGroup|fsGroup|seccompProfile|capabilities)/,
    'rights beyond not being root',
  ],
  [/(volumeMounts|volumes)\[tmp\]/, 'a folder for temporary files'],
  [/^\w+ spec\.(completions|parallelism)$/, 'one is Kubernetes’ default'],
  [/\[migrate\]\.command/, 'fp.mjs starts itself, and another program is refused by its own name'],
  [
    /patches\[\d+\]\.target\.(name|kind)$/,
    'then it is for every autoscaler, or for every object of the name, which changes nothing',
  ],
  [/emptyDir/, 'an empty folder is what a volume without a source is'],
  [/\[cursor-key\]\.readOnly/, 'a secret’s volume cannot be written to'],
  [
    /volumes\[cursor-key\]\.secret\.items(\[value\])?$/,
    'without items every key is a file of its name, and value is one',
  ],
  [
    /^\w+ spec\.(ports|maxUnavailable|metrics|scaleTargetRef|minReplicas)/,
    'how a service is called, and when it grows',
  ],
  [/^\w+ spec$/, 'a disruption budget or a service without its text: the API server refuses it'],
  [/^change spec\.maxReplicas/, 'every overlay says its own'],
  [
    /SECRET_VERSIONS|\| value: 2( |$)|minReplicas/,
    'starts the pods anew when a secret is rotated, and how few they are',
  ],
];

const COMPOSE: readonly [RegExp, string][] = [
  [/^rename x-[a-z-]+$/, 'the name of an extension is free'],
  [
    /nats|logging|cap_drop|security_opt|tmpfs|read_only|\.user$|network_mode/,
    'confinement, and what keeps no money',
  ],
  [/services\.fp(\.|$)/, 'people start it by hand'],
  [/restart/, 'what happens after a crash; one-shot steps are told by who waits for them'],
  [/x-step\.healthcheck/, 'nobody asks a step that ends'],
  [/x-step-environment\.FP_ENV/, 'fp is told by --env'],
  [/x-service\.depends_on\.postgres$/, 'the migrations wait for it, and the services for them'],
  [
    /healthcheck\.(interval|timeout|retries|start_period)/,
    'compose refuses what is no time; its defaults are patient enough',
  ],
  [/healthcheck\.test\[\d\]/, 'a check that always fails is loud: nothing that waits ever starts'],
  [/(AUTH_ISSUER|LOG_LEVEL|SHUTDOWN_GRACE_MS)/, 'not about databases, or the same as the default'],
  [/stop_grace_period| \| ro$/, 'compose refuses what is no time and no mode'],
  [
    /services\.(secrets|databases|migrate)\.command(\[[0-35]\])?$|services\.secrets\.(<<|environment)/,
    'fp refuses it, and everything waits for its end',
  ],
  [
    /services\.postgres\.command|POSTGRES_(USER|DB)$/,
    'PostgreSQL refuses it, or it is the default',
  ],
  [
    /(POSTGRES_PASSWORD_FILE|FP_ADMIN_URL_FILE)$/,
    'a file that fp secrets create does not make: the step ends with its name',
  ],
  [/PGDATA/, 'another folder of the same volume'],
  [/\.ports($|\[0\] \| .* \| [-$])/, 'which port of this machine'],
];

const BY_FILE: readonly [RegExp, readonly [RegExp, string][]][] = [
  [/cloud-run\//, CLOUD_RUN],
  [/cloudbuild/, CLOUD_BUILD],
  [/kubernetes\//, KUBERNETES],
  [/compose/, COMPOSE],
];

/** Why a mutant need not raise a finding; undefined when it must. */
export function exempt(file: string, what: string): string | undefined {
  const tables = [
    EVERYWHERE,
    ...BY_FILE.flatMap(([form, table]) => (form.test(file) ? [table] : [])),
  ];
  return tables.flat().find(([form]) => form.test(what))?.[1];
}
