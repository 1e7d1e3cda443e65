import { benchFleet } from '../bench-fleet.js';
import { contest, type Contestant } from '../contest.js';
import * as who from '../contestants.js';
import { contestTable, type Table } from '../report.js';
import { runProgram } from '../run-program.js';
import type { Rules } from '../rules.js';
import type { BenchServer } from '../server.js';
import { FLEET_SIZES } from './migrate-fleet.js';

// As many connections as `fp migrate status` opens at once, so that the limit is no straw man.
const AT_ONCE = 8;

/** Where N databases stand, when nothing is to be done. */
export async function migrateNoop(server: BenchServer, rules: Rules): Promise<Table[]> {
  const tables: Table[] = [];
  for (const size of rules.sizes ?? FLEET_SIZES) {
    const fleet = await benchFleet(server, size);
    await fleet.reset();
    await runProgram(who.fp({ name: '', role: 'ours' }, fleet, ['migrate', 'up']).program);
    const absence = who.psqlAbsence();
    const contestants: Contestant[] = [
      who.fp({ name: 'fp status', role: 'ours' }, fleet, ['migrate', 'status']),
      who.fp({ name: 'fp up, nothing to do', role: 'ours' }, fleet, ['migrate', 'up']),
      who.connectAndSelect(fleet, `connect + SELECT, ${AT_ONCE} at once`, AT_ONCE),
    ];
    if (absence === null) {
      contestants.push(who.loop({ name: 'psql loop', role: 'peer' }, fleet, who.psqlSelect()));
    }
    if (!rules.withoutPeers) contestants.push(...(await peers(fleet)));
    const title = `migrate-noop: status of ${size} databases`;
    const results = await contest(contestants, rules.rounds);
    tables.push(contestTable(title, results, absence === null ? [] : [absence]));
  }
  return tables;
}

/** The peers know only what they ran themselves, so they run it before. */
async function peers(fleet: Awaited<ReturnType<typeof benchFleet>>): Promise<Contestant[]> {
  const drop = `psql -X -q -c 'DROP TABLE IF EXISTS transfers, accounts' "$DATABASE_URL"`;
  const peer = (name: string, command: string): Contestant =>
    who.loop({ name, role: 'peer' }, fleet, command);
  const prepared = [
    who.dbmate(fleet, 'migrate'),
    who.nodePgMigrate(fleet),
    who.typeorm(fleet, 'run'),
  ];
  for (const command of prepared) {
    await runProgram(peer('', drop).program);
    await runProgram(peer('', command).program);
  }
  return [
    peer('dbmate status', who.dbmate(fleet, 'status')),
    peer('node-pg-migrate --dry-run', who.nodePgMigrate(fleet, '--dry-run')),
    peer('typeorm migration:show', who.typeorm(fleet, 'show')),
  ];
}
