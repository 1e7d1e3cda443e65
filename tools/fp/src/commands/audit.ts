import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { AuditContext, AuditReport, Finding } from '@fusion-prime/audit';
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
    const { code, path, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? `no such file or folder: ${path}` : message;
    throw new CommandRefused('USAGE', reason);
  }
}

/** The checkout whose files are meant; with a fleet of another organisation, the current folder. */
function checkoutOf({ fleet }: AuditOptions): string {
  const file = fleetFile(undefined);
  return fleet === undefined && existsSync(file) ? dirname(dirname(file)) : process.cwd();
}

/** Manifest and facts of this checkout are about its own fleet alone. */
async function contextOf(options: AuditOptions, checkout: string): Promise<AuditContext> {
  const { readFleetNames, readManifest, readFacts, readFactsIn } =
    await import('@fusion-prime/audit');
  const own = join(checkout, DEPLOY_FOLDER);
  const isOwn = options.fleet === undefined && existsSync(own);
  const manifest = options.manifest ?? (isOwn ? join(own, 'manifest.json') : undefined);
  const fleet = options.fleet ?? fleetFile(undefined);
  if (options.fleet === undefined && !existsSync(fleet)) {
    throw new CommandRefused(
      'USAGE',
      'no fleet: without the names of the services every deployment is a stranger’s; --fleet FILE',
    );
  }
  return {
    fleet: readFleetNames(resolve(fleet), process.env),
    manifest: manifest === undefined ? null : usable(manifest, () => readManifest(manifest)),
    facts:
      options.facts?.map((file) => usable(file, () => readFacts(file))) ??
      (isOwn ? usable(own, () => readFactsIn(own)) : []),
    today: new Date().toISOString().slice(0, 10),
  };
}

/** What is told must be there and whole: without it its rules would say nothing. */
function usable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CommandRefused('USAGE', `${file} cannot be used: ${(error as Error).message}`);
  }
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
