export interface TableName {
  /** Undefined where the search path decides. */
  schema: string | undefined;
  name: string;
}

export interface RangeVar {
  schemaname?: string;
  relname: string;
}

type Node = Record<string, unknown>;

export function rangeVar(node: unknown): TableName | null {
  const { schemaname, relname } = (node ?? {}) as Partial<RangeVar>;
  return relname === undefined ? null : { schema: schemaname, name: relname };
}

const keyOf = ({ schema = 'public', name }: TableName): string => `${schema}.${name}`;

/** What the statements before have renamed or moved: the live database still has the old names. */
export class Renames {
  private readonly tables = new Map<string, TableName>();
  private readonly columns = new Map<string, string>();
  private readonly schemas = new Map<string, string>();

  note(kind: string, node: Node): void {
    const table = rangeVar(node['relation']);
    if (kind === 'RenameStmt') this.noteRename(node, table);
    const schema = node['newschema'];
    if (kind !== 'AlterObjectSchemaStmt' || table === null || typeof schema !== 'string') return;
    this.tables.set(keyOf({ schema, name: table.name }), this.original(table));
  }

  private noteRename(node: Node, table: TableName | null): void {
    const to = node['newname'];
    if (typeof to !== 'string') return;
    if (node['renameType'] === 'OBJECT_SCHEMA') {
      this.schemas.set(to, this.originalSchema(String(node['subname'])));
    }
    if (table === null) return;
    if (node['renameType'] === 'OBJECT_TABLE') {
      this.tables.set(keyOf({ ...table, name: to }), this.original(table));
    }
    if (node['renameType'] === 'OBJECT_COLUMN') {
      const column = this.originalColumn(table, String(node['subname']));
      this.columns.set(`${keyOf(this.original(table))}.${to}`, column);
    }
  }

  original(table: TableName): TableName {
    const known = this.tables.get(keyOf(table));
    if (known !== undefined) return known;
    const { schema } = table;
    return schema === undefined ? table : { ...table, schema: this.originalSchema(schema) };
  }

  originalSchema(name: string): string {
    return this.schemas.get(name) ?? name;
  }

  originalColumn(table: TableName, column: string): string {
    return this.columns.get(`${keyOf(this.original(table))}.${column}`) ?? column;
  }
}
