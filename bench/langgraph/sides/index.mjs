// @ts-check
import { MemorySaver } from '@langchain/langgraph-checkpoint';
import { openMongo } from './mongodb.mjs';
import { openOurs } from './ours.mjs';
import { openPeer } from './peer.mjs';

/** @param {{ peer: boolean }} options @returns {Promise<import('./side.d.ts').Side[]>} */
export async function openSides({ peer }) {
  const counts = { requests: 0, readUnits: 0, writeUnits: 0 };
  const memory = { name: 'MemorySaver', saver: new MemorySaver(), counts, close: async () => {} };
  return [memory, await openMongo(), ...(peer ? [await openPeer()] : []), await openOurs()];
}
