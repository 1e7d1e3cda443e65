import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fleetVariables, loadFleet } from './fleet.js';
import { othersOf, select } from './fleet-order.js';

const folder = mkdtempSync(join(tmpdir(), 'template-'));
const file = join(folder, 'fleet.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const template = (forEach: string, rest = ''): string => `version: 1
databases:
  - name: tenant-\${item}
    forEach: ${forEach}
    database: tenant_\${item_snake}
    url: \${ITEM}_DATABASE_URL
    migrateUrl: \${ITEM}_MIGRATE_URL
    migrations: ./tenants
    labels: { tenant: '\${item}' }
${rest}`;

function load(yaml: string, vars: Record<string, string> = {}) {
  writeFileSync(file, yaml);
  return loadFleet(file, vars);
}

const names = (yaml: string, vars: Record<string, string> = {}): string[] =>
  load(yaml, vars).databases.map(({ name }) => name);

describe('a template makes one database of each item', () => {
  it('of a list, and fills in the item as it is, in snakes and in capitals', () => {
    const [, south] = load(template('[north, south-west]')).databases;
    expect(south).toMatchObject({
      name: 'tenant-south-west',
      database: 'tenant_south_west',
      urlVariable: 'SOUTH_WEST_DATABASE_URL',
      migrateUrlVariable: 'SOUTH_WEST_MIGRATE_URL',
      migrations: join(folder, 'tenants'),
      labels: { tenant: 'south-west' },
    });
  });

  it('of a variable', () => {
    const vars = { TENANTS: 'north, south' };
    expect(names(template('{env: TENANTS}'), vars)).toEqual(['tenant-north', 'tenant-south']);
    expect(fleetVariables(file, vars)).toContain('SOUTH_MIGRATE_URL');
  });

  it('of a file beside the fleet file, whose comments are for people', () => {
    writeFileSync(join(folder, 'tenants.txt'), '# ours\nsouth\r\n\nnorth # pays\n');
    expect(names(template('{file: ./tenants.txt}'))).toEqual(['tenant-north', 'tenant-south']);
  });

  it('that others may depend on, and that may depend on others', () => {
    const other =
      '  - { name: all, database: all_db, url: ALL_URL, migrations: ./all, dependsOn: [tenant-b] }\n';
    const chained = template('[a, b]', `    dependsOn: ['base-\${item}']\n${other}`);
    const bases =
      "  - { name: 'base-${item}', forEach: [a, b], database: 'b_${item}', url: '${ITEM}_BASE', migrations: ./b }\n";
    expect(names(chained + bases)).toEqual(['base-a', 'base-b', 'tenant-a', 'tenant-b', 'all']);
  });

  it('of ten thousand, in order, without being slow about it', () => {
    const items = Array.from({ length: 10_000 }, (_, index) => `t${index}`).join(',');
    expect(names(template('{env: TENANTS}'), { TENANTS: items })).toHaveLength(10_000);
  });
});

describe('a template is refused with the line to mend', () => {
  const tooMany = Array.from({ length: 10_001 }, (_, index) => `t${index}`).join(',');
  it.each<[string, string, RegExp, Record<string, string>?]>([
    ['no item', '[]', /fleet\.yaml:4: forEach has no item/],
    ['an empty variable', '{env: TENANTS}', /:4: forEach has no item/, { TENANTS: ' ' }],
    ['a variable that is not set', '{env: TENANTS}', /:4: .*TENANTS, which is not set/],
    ['an empty item', '{env: TENANTS}', /TENANTS: item "" must be/, { TENANTS: 'a,,b' }],
    ['a file that is not there', '{file: ./nobody.txt}', /nobody\.txt, .*ENOENT/],
    ['an item of another form', '[a, "B C"]', /fleet\.yaml:4: item "B C" must be/],
    ['an item with a path in it', '["../a"]', /item "\.\.\/a" must be/],
    ['neither list nor source', 'north', /:4: forEach must be a list/],
    ['two sources', '{env: A, file: b}', /:4: forEach must be a list/],
    ['too many', '{env: TENANTS}', /10001 items, 10000 are allowed/, { TENANTS: tooMany }],
    ['an unknown placeholder', '[a]\n    dependsOn: ["${tenant}"]', /\$\{tenant\} is not known/],
  ])('%s', (_what, forEach, told, vars = {}) => {
    expect(() => load(template(forEach), vars)).toThrow(told);
    expect(() => load(template(forEach), vars)).toThrow(
      expect.objectContaining({ code: 'FLEET_INVALID' }),
    );
  });

  it('when a line of its file is no item', () => {
    writeFileSync(join(folder, 'bad.txt'), 'north\n# ours\nSouth!\n');
    expect(() => load(template('{file: ./bad.txt}'))).toThrow(/bad\.txt:3: item "South!"/);
  });

  it('when an item stands there twice, also in another spelling', () => {
    const duplicate = expect.objectContaining({ code: 'FLEET_DUPLICATE' });
    writeFileSync(join(folder, 'twice.txt'), 'north\nsouth\nnorth\n');
    expect(() => load(template('{file: ./twice.txt}'))).toThrow(duplicate);
    expect(() => load(template('{file: ./twice.txt}'))).toThrow(/twice\.txt:3.*twice\.txt:1/);
    expect(() => load(template('[a-b, a_b]').replace('name: tenant-', 'name: '))).toThrow();
  });

  it('when it makes a name that is taken', () => {
    const taken = '  - { name: tenant-a, database: x, url: X_URL, migrations: ./x }\n';
    expect(() => load(template('[a]', taken))).toThrow(/name tenant-a stands there twice/);
  });

  it('with as many defects as can be read, not thousands', () => {
    const bad = template('{env: TENANTS}').replace('database: tenant_', 'database: Tenant_');
    const items = Array.from({ length: 500 }, (_, index) => `t${index}`).join(',');
    expect(() => load(bad, { TENANTS: items })).toThrow(/and 480 more$/);
  });
});

describe('an entry without a database', () => {
  const bff = '  - { name: bff-service, database: none, labels: { tier: edge } }\n';
  const a = '  - { name: a, database: a, url: A_URL, migrations: ./a }\n';
  const yaml = `version: 1\ndatabases:\n${bff}${a}`;

  it('is listed, and is no database', () => {
    const fleet = load(yaml);
    expect(fleet.databases.map(({ name }) => name)).toEqual(['a']);
    expect(fleet.withoutDatabase).toEqual(['bff-service']);
    expect(othersOf(fleet, {})).toEqual(['bff-service']);
    expect(othersOf(fleet, { only: ['a'] })).toEqual([]);
  });

  it('cannot be chosen, and nothing can wait for it', () => {
    const { databases, withoutDatabase } = load(yaml);
    const choice = { only: ['bff-service'], withoutDatabase };
    expect(() => select(databases, choice)).toThrow(/bff-service has no database/);
    const waits = yaml.replace('migrations: ./a', 'migrations: ./a, dependsOn: [bff-service]');
    expect(() => load(waits)).toThrow(/depends on bff-service, which has no database/);
  });

  it('holds nothing else, and its name is taken', () => {
    expect(() => load(yaml.replace('labels', 'url: BFF_URL, labels'))).toThrow(/unknown key "url"/);
    expect(() => load(yaml.replace('name: a,', 'name: bff-service,'))).toThrow(
      /stands there twice/,
    );
  });
});

describe('a fleet that accepts SQLAlchemy URLs', () => {
  const one = '  - { name: a, database: a, url: A_URL, migrations: ./a }\n';
  const vars = { NODE_ENV: 'test', A_URL: 'postgresql+asyncpg://u:hunter2@127.0.0.1:5432/a' };

  it('takes them, and warns without showing them', () => {
    const fleet = load(`version: 1\nacceptSqlalchemyUrls: true\ndatabases:\n${one}`, vars);
    expect(fleet.databases[0]?.url?.database).toBe('a');
    expect(fleet.warnings).toEqual([expect.stringMatching(/^A_URL: DBCFG_SQLALCHEMY_URL/)]);
    expect(fleet.warnings?.join()).not.toContain('hunter2');
  });

  it('is the only one that does, and says it with true', () => {
    expect(() => load(`version: 1\ndatabases:\n${one}`, vars)).toThrow(/DBCFG_SCHEME/);
    const vague = `version: 1\nacceptSqlalchemyUrls: sometimes\ndatabases:\n${one}`;
    expect(() => load(vague, vars)).toThrow(/acceptSqlalchemyUrls must be true or false/);
  });
});
