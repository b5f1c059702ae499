import { WRITES_IDX_MAP } from '@langchain/langgraph-checkpoint';

/** The index of a write: that of its channel if it is a special one, else its place among the writes of its call. */
export function indexOf(channel: string, at: number): number {
  return Object.hasOwn(WRITES_IDX_MAP, channel) ? (WRITES_IDX_MAP[channel] ?? at) : at;
}
