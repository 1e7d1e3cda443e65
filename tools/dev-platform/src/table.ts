import Table from 'cli-table3';
import colors from 'picocolors';

export interface ServiceRow {
  name: string;
  url: string;
  database: string;
  /** `7/7`: applied of known. */
  migrations: string;
}

/** The last thing that `npm start` prints: where everything is, and the first request. */
export function platformTable(rows: readonly ServiceRow[]): string {
  const table = new Table({
    head: ['service', 'URL', 'docs', 'health', 'database', 'migrations'],
    style: { head: [], border: [] },
  });
  for (const { name, url, database, migrations } of rows) {
    table.push([name, url, `${url}/docs`, `${url}/health/ready`, database, migrations]);
  }
  return table.toString();
}

export function firstSteps(settlementUrl: string): string {
  return [
    '',
    colors.bold('Get a token and send the first request, in another terminal:'),
    '',
    '  TOKEN=$(npx fp token --scope settlement:read,settlement:write)',
    `  curl -s -X POST ${settlementUrl}/commands/ingest \\`,
    '    -H "authorization: Bearer $TOKEN" -H "content-type: application/json" \\',
    `    -d '{"command_id":"cmd-1","workflow_id":"wf-1","account_ref":"acct-1","payee":"acct-2","asset_symbol":"USDC","amount":"12.50"}'`,
    `  curl -s ${settlementUrl}/commands/cmd-1 -H "authorization: Bearer $TOKEN"`,
    '',
    'Ctrl-C stops everything; what you stored stays.  npm start -- --reset  starts over.',
    '',
  ].join('\n');
}
