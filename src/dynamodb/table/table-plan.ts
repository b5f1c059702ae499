/** What a table has to be. */
export interface TablePlan {
  readonly table: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** The attribute whose whole seconds are the table's TTL. */
  readonly timeToLive: string;
  /** What it is for, in a message: `'sessions'`. */
  readonly purpose: string;
  /** Units per second of a table that is made; on demand without. */
  readonly provisioned?: { readonly readUnits: number; readonly writeUnits: number };
}
