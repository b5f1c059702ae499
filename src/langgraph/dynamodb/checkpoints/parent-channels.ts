import { BlobMissing } from '../blobs/fetch.ts';
import type { Call } from '../calls/calls.ts';
import type { Channels } from './carried.ts';
import { findHeader } from './find.ts';
import { isNew, type Put } from './new-checkpoint.ts';
import { openOne, type SaverContext } from './read.ts';

const none: Channels = new Map();

/**
 * The channels of the parent. The parent is read only if this process does not know it, and values may come from it.
 * @returns undefined if the parent does not exist any more: then its channels are unknown
 */
export async function parentChannels(
  context: SaverContext,
  put: Put,
  call: Call,
): Promise<Channels | undefined> {
  const { address, parent, checkpoint } = put;
  if (parent === undefined) return none;
  if (Object.keys(checkpoint.channel_values ?? {}).every(name => isNew(put, name))) return none;
  const at = { ...address, id: parent };
  const known = context.carried.get(at);
  if (known !== undefined) return known;
  const header = await findHeader(context.table, at, call);
  if (header === undefined) return undefined;
  try {
    const { stored } = await openOne(
      context,
      address,
      { ns: address.ns, id: parent, header, writes: [] },
      call,
    );
    return context.carried.remember(at, stored.channels);
  } catch (error) {
    if (error instanceof BlobMissing) return undefined;
    throw error;
  }
}
