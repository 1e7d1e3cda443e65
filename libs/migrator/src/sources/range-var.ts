/** A table, view or index as PostgreSQL's grammar names it in a statement. */
export interface RangeVar {
  schemaname?: string;
  relname: string;
  /** `p` permanent, `t` temporary, `u` unlogged. */
  relpersistence?: string;
  /** Byte of the script at which it stands. */
  location?: number;
}
