import type { DeploymentFacts } from '@fusion-prime/audit';
import { pipeline } from './cloud-build/pipeline.js';
import { cloudRunMigrateJob } from './cloud-run/migrate-job.js';
import { cloudRunService } from './cloud-run/run-service.js';
import { deploymentOf, type Deployment, type Sources } from './deployment.js';
import { kubernetesFiles } from './kubernetes/kubernetes-files.js';
import { manifestText } from './manifest-text.js';
import { generated, yamlText } from './yaml-text.js';

/** Path below tools/deploy → text. */
export type Files = ReadonlyMap<string, string>;

/** The environment whose files lie at the top; any other has a folder, or a name, of its own. */
const MAIN = 'production';

/**
 * Every generated file.
 *
 * @throws {DeployRefused} when what would come out could not run
 */
export function deploymentFiles(sources: Sources, allFacts: readonly DeploymentFacts[]): Files {
  const deployments = allFacts.map((facts) => deploymentOf(facts, sources));
  return new Map([
    ['manifest.json', manifestText(sources.manifest)],
    ...deployments.flatMap(cloudFiles),
    ...kubernetesFiles(deployments),
  ]);
}

function cloudFiles(deployment: Deployment): [string, string][] {
  const { environment, services } = deployment;
  const main = environment === MAIN;
  const folder = main ? 'cloud-run' : `cloud-run/${environment}`;
  const build = main ? 'cloudbuild.yaml' : `cloudbuild-${environment}.yaml`;
  const head = generated(`${environment}.yaml`);
  const text = (what: string, document: object): string => yamlText([...head, what], document);
  return [
    ...services.map((service): [string, string] => [
      `${folder}/${service.deployedAs}.yaml`,
      text(
        `The pipeline fills BUILD_SHA and SERVING_REVISION in and replaces the whole service.`,
        cloudRunService(deployment, service),
      ),
    ]),
    [
      `${folder}/migrate-job.yaml`,
      text(
        `The pipeline fills BUILD_SHA in, replaces the job and waits for its one execution.`,
        cloudRunMigrateJob(deployment),
      ),
    ],
    [
      build,
      text(
        `One commit into ${environment}: nothing is built untested, migrated without a backup, or served unverified.`,
        pipeline(deployment, `tools/deploy/${folder}`),
      ),
    ],
  ];
}
