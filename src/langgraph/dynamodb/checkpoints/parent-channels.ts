import { BlobMissing } from '../blobs/fetch.ts';
import type { Call } from '../calls/calls.ts';
import type { Channels } from './carried.ts';
import { findHeader } from './find.ts';
import type { Put } from './put.ts';
import { openOne, type Reading } from './read.ts';
import { isNew } from './store-channels.ts';

const none: Channels = new Map();

/**
 * What the parent carries. It is read only if this process has not seen it, and something may come from it.
 * @returns undefined if it is gone: what it carried is not known
 */
export async function parentChannels(reading: Reading, put: Put, call: Call): Promise<Channels | undefined> {
  const { address, parent, checkpoint } = put;
  if (parent === undefined) return none;
  if (Object.keys(checkpoint.channel_values ?? {}).every(name => isNew(put, name))) return none;
  const at = { ...address, id: parent };
  const known = reading.carried.get(at);
  if (known !== undefined) return known;
  const header = await findHeader(reading.table, at, call);
  if (header === undefined) return undefined;
  try {
    const { stored } = await openOne(
      reading,
      address,
      { ns: address.ns, id: parent, header, writes: [] },
      call,
    );
    return reading.carried.remember(at, stored.channels);
  } catch (error) {
    if (error instanceof BlobMissing) return undefined;
    throw error;
  }
}
