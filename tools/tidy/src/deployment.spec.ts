import { describe, expect, it } from '@jest/globals';
import { read, repositoryFiles } from './repository.js';

const files = repositoryFiles();
const named = (file: string, form: RegExp): string[] =>
  [...read(file).matchAll(form)].map((match) => match[1] ?? '').sort();
const foldersBelow = (folder: string, file: string): string[] =>
  files.flatMap((one) => new RegExp(`^${folder}/([^/]+)/${file}$`).exec(one)?.[1] ?? []).sort();

/** What is deployed, under the name that each place has for it. */
const services = foldersBelow('apps', 'src/main\\.ts');
const section = (file: string, title: string): string =>
  new RegExp(`^${title}:\\n((?:[ #].*\\n|\\n)*)`, 'm').exec(read(file))?.[1] ?? '';
const keysOf = (text: string): string[] =>
  [...text.matchAll(/^ {2}([a-z][\w-]*):/gm)].map((match) => match[1] ?? '');
const environments = ['production', 'staging'];
const snake = (service: string): string => service.toUpperCase().replaceAll('-', '_');

describe('every service', () => {
  it('is one of five', () => {
    expect(services).toHaveLength(5);
  });

  it.each([
    ['the kernel', () => named('libs/kernel/src/services.ts', /^ {2}'([a-z-]+)',$/gm)],
    ['the migrations', () => foldersBelow('migrations', 'migrations\\.lock')],
    ['the fleet', () => named('migrations/fleet.yaml', /^ {2}- name: ([a-z-]+)$/gm)],
    ['the manifest', () => named('tools/deploy/manifest.json', /^ {6}"name": "([a-z-]+)",$/gm)],
    ...environments.map((environment): [string, () => string[]] => [
      `the facts of ${environment}`,
      () => keysOf(section(`tools/deploy/${environment}.yaml`, 'services')).sort(),
    ]),
    ['the pipeline', () => named('tools/deploy/cloudbuild.yaml', /^ {2}- id: deploy-([a-z-]+)$/gm)],
  ])('stands in %s, and nobody else does', (_where, found) => {
    expect(found()).toEqual(services);
  });

  it('is made by compose', () => {
    const made = keysOf(section('docker-compose.yml', 'services'));
    expect(services.filter((service) => !made.includes(service))).toEqual([]);
  });

  it.each(services)('%s has a port in .env.example', (service) => {
    expect(read('.env.example')).toMatch(new RegExp(`^${snake(service)}_PORT=\\d+$`, 'm'));
  });

  it.each(environments)('has its Cloud Run file and its place in the job in %s', (name) => {
    const folder = name === 'production' ? 'cloud-run' : `cloud-run/${name}`;
    const started = files
      .filter((file) => new RegExp(`^tools/deploy/${folder}/[a-z-]+\\.yaml$`).test(file))
      .flatMap((file) => named(file, /apps\/([a-z-]+)\/dist\/main\.js/g));
    expect(started.sort()).toEqual(services);
    const job = read(`tools/deploy/${folder}/migrate-job.yaml`);
    expect(services.filter((one) => !job.includes(`name: ${snake(one)}_MIGRATE_URL`))).toEqual([]);
  });

  it('has its pods', () => {
    const started = files
      .filter((file) => file.startsWith('tools/deploy/kubernetes/base/'))
      .flatMap((file) => named(file, /apps\/([a-z-]+)\/dist\/main\.js/g));
    expect(started.sort()).toEqual(services);
  });

  it('is in the image', () => {
    const dockerfile = read('Dockerfile');
    expect(services.filter((service) => !dockerfile.includes(`-w apps/${service}`))).toEqual([]);
  });
});
