import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type {
  AuditContext,
  AuditReport,
  DeploymentFacts,
  Finding,
  FleetName,
  Manifest,
} from '@fusion-prime/audit';
import pc from 'picocolors';
import { fleetFile } from '../context.js';
import { counted, print, printJson, say } from '../output.js';
import { CommandRefused } from '../refusal.js';

export interface AuditOptions {
  fleet?: string;
  manifest?: string;
  facts?: string[];
  json?: boolean;
  sarif?: boolean;
}

const DEPLOY_FOLDER = join('tools', 'deploy');

export async function audit(options: AuditOptions, ...paths: string[]): Promise<number> {
  const lib = await import('@fusion-prime/audit');
  const checkout = checkoutOf(options);
  const context = await contextOf(options, checkout);
  const files = filesOf(lib.findFiles, paths, checkout);
  const report = lib.audit(files, context);
  const exitCode = lib.exitCodeOf(report);
  if (options.sarif === true) printJson(lib.auditSarif(report));
  else if (options.json === true) printJson(lib.auditDocument(report, exitCode));
  else tell(report, lib.placeText);
  for (const { place, message } of report.unreadable) {
    say(`${lib.placeText(place)} ${pc.red('cannot be read')}: ${message}`);
  }
  if (report.files.length === 0) say('nothing to audit: no file is about a deployment');
  return exitCode;
}

function filesOf(
  findFiles: typeof import('@fusion-prime/audit').findFiles,
  paths: readonly string[],
  checkout: string,
): ReturnType<typeof findFiles> {
  try {
    return findFiles(paths.length > 0 ? paths : [checkout], process.cwd());
  } catch (error) {
    throw new CommandRefused('USAGE', (error as Error).message);
  }
}

/** The checkout that the fleet file belongs to; without one, the current folder. */
function checkoutOf({ fleet }: AuditOptions): string {
  if (fleet !== undefined) return process.cwd();
  const file = fleetFile(undefined);
  return existsSync(file) ? dirname(dirname(file)) : process.cwd();
}

async function contextOf(options: AuditOptions, checkout: string): Promise<AuditContext> {
  const { readFleetNames, readManifest, readFacts } = await import('@fusion-prime/audit');
  const manifest = named(options.manifest, join(checkout, DEPLOY_FOLDER, 'manifest.json'));
  const fleet = named(options.fleet, fleetFile(undefined));
  return {
    fleet: fleet === null ? [] : readFleetNames(fleet, process.env),
    manifest: manifest === null ? null : read<Manifest>(readManifest, manifest),
    facts:
      options.facts?.map((file) => read<DeploymentFacts>(readFacts, file)) ??
      factsIn(join(checkout, DEPLOY_FOLDER), readFacts),
    today: new Date().toISOString().slice(0, 10),
  } satisfies { fleet: FleetName[] } & AuditContext;
}

/** A file that was named must be there; the checkout's own may be missing. */
function named(given: string | undefined, own: string): string | null {
  if (given !== undefined) return resolve(given);
  return existsSync(own) ? own : null;
}

function read<T>(reader: (file: string) => T, file: string): T {
  try {
    return reader(file);
  } catch (error) {
    throw new CommandRefused('USAGE', `${file} cannot be used: ${(error as Error).message}`);
  }
}

/** What in the folder of the deployment says where an environment is. */
function factsIn(folder: string, readFacts: (file: string) => DeploymentFacts): DeploymentFacts[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  return files.sort().flatMap((name) => {
    try {
      return [readFacts(join(folder, name))];
    } catch {
      return [];
    }
  });
}

const COLOURS = { error: pc.red, warning: pc.yellow };

function tell(report: AuditReport, placeText: (place: Finding['place']) => string): void {
  const standing = report.findings.filter(({ suppressed }) => suppressed === null);
  for (const { place, level, rule, message, mend } of standing) {
    print(`${pc.bold(placeText(place))} ${COLOURS[level](level)} ${rule} ${message}`);
    print(`  ${pc.green('mend:')} ${mend}`);
  }
  for (const { place, message } of report.notes) say(`note: ${placeText(place)} ${message}`);
  const count = (level: string): number => standing.filter((one) => one.level === level).length;
  const suppressed = report.findings.length - standing.length;
  say(
    `${counted(report.files.length, 'file')}: ${counted(count('error'), 'error')}, ` +
      counted(count('warning'), 'warning') +
      (suppressed > 0 ? `, ${suppressed} suppressed` : ''),
  );
}
