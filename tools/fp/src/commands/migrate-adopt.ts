import type { AdoptProposal, AdoptReport } from '@fusion-prime/migrator';
import { confirmLoss } from '../confirm.js';
import { adminTargetIfSet } from '../admin-target.js';
import { type CommonOptions, contextOf, isLocal } from '../context.js';
import { gitSha } from '../git-sha.js';
import { counted, print, printJson, say } from '../output.js';
import { progress } from '../progress.js';
import { CommandRefused } from '../refusal.js';
import { shadowOptions } from '../shadow.js';
import { sayTargets } from '../targets.js';

export interface AdoptCommandOptions extends CommonOptions {
  to?: string;
  transferOwnership?: boolean;
  adminUrlVariable: string;
  lockWait?: number;
}

const MS_PER_SECOND = 1_000;

/** Finds out which version a database is that other tools made, shows it, and records it once confirmed. */
export async function adopt(options: AdoptCommandOptions, name: string): Promise<number> {
  const { env, yes, to, lockWait } = options;
  const context = await contextOf({ ...options, only: [name], skip: [] });
  const [database] = context.databases;
  if (database === undefined) throw new CommandRefused('USAGE', `there is no ${name}`);
  sayTargets(context);
  const transferOwnership = options.transferOwnership === true;
  const { adoptDatabase } = await import('@fusion-prime/migrator');
  const report = await adoptDatabase(database, {
    environment: context.environment,
    gitSha: gitSha(),
    reporter: progress(),
    shadow: shadowOptions(),
    transferOwnership,
    ...(transferOwnership && { admin: adminTargetIfSet(options, context) }),
    ...(to !== undefined && { to }),
    ...(lockWait !== undefined && { lockWaitMs: lockWait * MS_PER_SECOND }),
    confirm: async (proposal) => {
      for (const line of linesOf(proposal)) say(`${name}: ${line}`);
      const what = `record ${name} as it was found`;
      await confirmLoss({ what, local: isLocal(database), env, yes, word: 'adopt' });
    },
  });
  if (options.json === true) printJson(report);
  else tell(report);
  return report.exitCode;
}

function linesOf({ version, adopt: adopted, ...rest }: AdoptProposal): string[] {
  const { tolerated, alembicVersion, transferOwnership } = rest;
  return [
    ...(version === null
      ? []
      : [`this is ${version.number} ${version.name}; ${adopted.length} go into the history`]),
    ...tolerated.map(({ tolerance, detail }) => `tolerated (${tolerance}): ${detail}`),
    ...(alembicVersion === null ? [] : [`alembic_version ${alembicVersion} stays as it is`]),
    ...(transferOwnership ? ['every object will belong to the owner role'] : []),
  ];
}

function tell({ name, outcome, version, pending, transferred, remaining }: AdoptReport): void {
  const told = {
    empty: 'nothing is there to adopt',
    adopted: `adopted at ${version?.number} ${version?.name}`,
    transferred: 'has a history already; only its objects changed hands',
  };
  print(`${name}: ${told[outcome]}`);
  if (transferred !== null) {
    print(
      `${name}: ${transferred.objects} objects of ${transferred.from.join(', ') || 'nobody'} transferred`,
    );
  }
  for (const { detail } of remaining) say(`${name}: still to do: ${detail}`);
  if (remaining.length > 0 && transferred === null) {
    say(`${name}: hand the objects over:  npx fp migrate adopt ${name} --transfer-ownership`);
  }
  if (pending.length > 0)
    say(
      `${name}: ${counted(pending.length, 'migration')} newer than that:  npx fp migrate up --only ${name}`,
    );
}
