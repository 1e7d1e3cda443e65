import { benchFleet } from '../bench-fleet.js';
import { contest, type Contestant } from '../contest.js';
import * as who from '../contestants.js';
import { contestTable, type Table } from '../report.js';
import type { Rules } from '../rules.js';
import type { BenchServer } from '../server.js';

/** Numbers of databases. */
export const FLEET_SIZES = [5, 20, 100, 200];

/** Two migrations in each of N databases, from a cold process to its end. */
export async function migrateFleet(server: BenchServer, rules: Rules): Promise<Table[]> {
  const tables: Table[] = [];
  for (const size of rules.sizes ?? FLEET_SIZES) {
    const fleet = await benchFleet(server, size);
    const { reset } = fleet;
    const absence = who.psqlAbsence();
    const up = ['migrate', 'up'];
    const contestants: Contestant[] = [
      who.fp({ name: 'fp up', role: 'ours', reset }, fleet, up),
      who.fp({ name: 'fp up --parallel 4', role: 'ours', reset }, fleet, [
        ...up,
        '--parallel',
        '4',
      ]),
    ];
    if (absence === null) {
      const psql = { name: 'psql -f loop', role: 'limit', reset } as const;
      contestants.push(who.loop(psql, fleet, who.psqlUp(fleet)));
    }
    if (!rules.withoutPeers) {
      const peer = (name: string) => ({ name, role: 'peer', reset }) as const;
      contestants.push(
        who.loop(peer('dbmate'), fleet, who.dbmate(fleet, 'migrate')),
        who.loop(peer('node-pg-migrate'), fleet, who.nodePgMigrate(fleet)),
        who.loop(peer('typeorm CLI'), fleet, who.typeorm(fleet, 'run')),
      );
    }
    const title = `migrate-fleet: ${size} databases, two migrations each`;
    const results = await contest(contestants, rules.rounds);
    tables.push(contestTable(title, results, absence === null ? [] : [absence]));
  }
  return tables;
}
