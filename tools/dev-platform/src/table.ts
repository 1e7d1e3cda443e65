import Table from 'cli-table3';
import colors from 'picocolors';

export interface ServiceRow {
  name: string;
  url: string;
  database: string;
  /** `7/7`: applied of known. */
  migrations: string;
}

/**
 * The last thing that `npm start` prints: where everything is, and the first request. A terminal that is
 * too narrow for the whole table would break each line of it, and gets the columns that cannot be guessed.
 */
export function platformTable(
  rows: readonly ServiceRow[],
  columns: number | undefined = process.stdout.columns,
): string {
  const whole = tableOf(
    ['service', 'URL', 'docs', 'health', 'database', 'migrations'],
    rows.map(({ name, url, database, migrations }) => [
      name,
      url,
      `${url}/docs`,
      `${url}/health/ready`,
      database,
      migrations,
    ]),
  );
  if (columns === undefined || columns >= whole.indexOf('\n')) return whole;
  const narrow = tableOf(
    ['service', 'URL', 'database', 'migrations'],
    rows.map(({ name, url, database, migrations }) => [name, url, database, migrations]),
  );
  return `${narrow}\neach with  /docs  and  /health/ready`;
}

function tableOf(head: string[], rows: string[][]): string {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows);
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
    'Ctrl-C stops everything and keeps what you stored. The logs are in .data/logs/',
    'npm start -- --reset  starts over with empty databases.',
    '',
  ].join('\n');
}
