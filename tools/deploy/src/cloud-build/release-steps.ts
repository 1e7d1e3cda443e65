import { variableOf } from '@fusion-prime/kernel';
import { CANDIDATE } from '../cloud-run/run-service.js';
import { MIGRATE_JOB } from '../cloud-run/migrate-job.js';
import { BUILD_SHA, type Deployment, type ServiceDeployment } from '../deployment.js';
import { NODE_VOLUME } from './build-steps.js';
import { script } from './step.js';

const GCLOUD = 'gcr.io/google.com/cloudsdktool/google-cloud-cli:stable';
/** Holds a token with the admin scope of all five services; short-lived, so never pinned. */
const TOKEN_SECRET = 'fp-verify-token';
const SCRIPTS = 'tools/deploy/scripts';

/** By it the builds of one environment find each other. */
export function buildTag({ environment }: Deployment): string {
  return `deploys-${environment}`;
}

/** Two at once would move each other's tags and traffic: what one verified, the other would not serve. */
export function alone(deployment: Deployment): object {
  const filter = `tags:${buildTag(deployment)} AND id!=$BUILD_ID`;
  return script('alone', GCLOUD, [
    `others=$$(gcloud builds list --region=$LOCATION --ongoing --filter='${filter}' --format='value(id)')`,
    `[ -z "$$others" ] || { echo "another build deploys: $$others; start this one again when it is done" >&2; exit 1; }`,
  ]);
}

export interface Release {
  readonly deployment: Deployment;
  /** Where this environment's Cloud Run files are, from the root of the checkout. */
  readonly folder: string;
}

export function fill({ folder }: Release): object {
  return script('fill', GCLOUD, [`sed -i "s/${BUILD_SHA}/$COMMIT_SHA/" ${folder}/*.yaml`]);
}

export function backup({ services }: Deployment): object {
  const lines = services.map(
    ({ facts }) =>
      `gcloud sql backups create --instance=${facts.instance} --description="before $COMMIT_SHA"`,
  );
  return script('backup', GCLOUD, lines);
}

export function migrate({ deployment: { region }, folder }: Release): object {
  return script('migrate', GCLOUD, [
    `gcloud run jobs replace ${folder}/migrate-job.yaml --region=${region}`,
    `gcloud run jobs execute ${MIGRATE_JOB} --region=${region} --wait`,
  ]);
}

export function deploy({ deployment, folder }: Release, service: ServiceDeployment): object {
  const { region } = deployment;
  const file = `${folder}/${service.deployedAs}.yaml`;
  return script(`deploy-${service.name}`, GCLOUD, [
    `bash ${SCRIPTS}/keep-traffic.sh ${service.deployedAs} ${file} ${region}`,
    `gcloud run services replace ${file} --region=${region}`,
  ]);
}

export function verify({ deployment, folder }: Release): object {
  const { environment, region, services } = deployment;
  const urls = services.map(({ name, deployedAs }) => ({
    variable: variableOf(name, 'URL'),
    deployedAs,
  }));
  return script('verify', GCLOUD, [
    'umask 077',
    `gcloud secrets versions access latest --secret=${TOKEN_SECRET} --out-file=/tmp/token`,
    ...urls.map(
      ({ variable, deployedAs }) =>
        `${variable}="$$(bash ${SCRIPTS}/candidate-url.sh ${deployedAs} ${region})"`,
    ),
    `export ${urls.map(({ variable }) => variable).join(' ')}`,
    `${NODE_VOLUME.path}/node tools/fp/bin/fp.mjs verify --env ${environment} --build-sha $COMMIT_SHA --token-file /tmp/token \\`,
    `  --restart-command 'bash ${SCRIPTS}/new-instance.sh ${folder} ${region}'`,
  ]);
}

export function traffic({ region, services }: Deployment): object {
  const lines = services.map(
    ({ deployedAs }) =>
      `gcloud run services update-traffic ${deployedAs} --region=${region} --to-tags=${CANDIDATE}=100`,
  );
  return script('traffic', GCLOUD, lines);
}
