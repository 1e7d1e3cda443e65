import type { Reader, Transactions } from '@fusion-prime/database';

interface PlanNode {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** How many rows of tables PostgreSQL looks at for the statement that `list` reads with. */
export async function rowsRead(
  transactions: Transactions,
  list: (reader: Reader) => Promise<unknown>,
): Promise<number> {
  let read = 0;
  const explain = async (sql: string, values: unknown[]): Promise<[]> => {
    const [row] = await transactions.read((reader) =>
      reader.query<[{ 'QUERY PLAN': [{ Plan: PlanNode }] }]>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
        values,
      ),
    );
    read += looked(row['QUERY PLAN'][0].Plan);
    return [];
  };
  await list({ query: explain } as unknown as Reader);
  return read;
}

function looked(node: PlanNode): number {
  const below = (node.Plans ?? []).reduce((sum, part) => sum + looked(part), 0);
  if (node['Relation Name'] === undefined) return below;
  return below + node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0);
}
