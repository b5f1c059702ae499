import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';

/** The counts of the requests until now. */
export interface Counts {
  requests: number;
  readUnits: number;
  writeUnits: number;
}

/** A checkpointer that is measured. */
export interface Side {
  readonly name: string;
  readonly saver: Pick<BaseCheckpointSaver, 'put' | 'putWrites' | 'getTuple'>;
  readonly counts: Counts;
  readonly close: () => Promise<void>;
}
