import type { StoredChannel } from '../items/checkpoint-bundle.ts';
import type { Expiry } from '../items/expiry.ts';
import { isInline, type Stored } from '../items/stored.ts';
import { warnOfLeftOut } from '../values/dump.ts';
import type { Channels } from './carried.ts';
import { isNew, type Put } from './new-checkpoint.ts';

/** The previous state for the new checkpoint. */
export interface Before {
  /** undefined: its parent does not exist any more. */
  readonly carried: Channels | undefined;
  readonly expiry: Expiry | undefined;
}

/** Returns undefined for values that JSON leaves out. */
type Dump = (value: unknown, where: string) => Promise<Stored | undefined>;

/**
 * The channels that have changed, and those that the parent carries at the same version. All channels if the parent does not
 * exist any more: the run has read the parent before, and none of its values may be lost.
 */
export async function storeChannels(put: Put, before: Before, dump: Dump): Promise<readonly StoredChannel[]> {
  const channels = Object.entries(put.checkpoint.channel_values ?? {});
  const stored = await Promise.all(
    channels.map(([name, value]) => storeOne(put, before, dump, { name, value })),
  );
  return stored.filter(channel => channel !== undefined);
}

/** @returns undefined if it is not stored */
async function storeOne(
  put: Put,
  { carried, expiry }: Before,
  dump: Dump,
  { name, value }: { readonly name: string; readonly value: unknown },
): Promise<StoredChannel | undefined> {
  const versions = put.checkpoint.channel_versions ?? {};
  const version = Object.hasOwn(versions, name) ? versions[name] : undefined;
  if (carried !== undefined && !isNew(put, name)) {
    const parents = carried.get(name);
    if (parents === undefined || parents.version !== version) return undefined;
    if (livesAsLong(parents.value, expiry)) return parents;
  }
  const stored = await dump(value, `the channel '${name}'`);
  if (stored !== undefined) return { name, version, value: stored };
  warnOfLeftOut(name, value);
  return undefined;
}

/** True for a blob that will exist as long as the new checkpoint. */
function livesAsLong(value: Stored, expiry: Expiry | undefined): boolean {
  if (isInline(value)) return false;
  const { expires = Number.POSITIVE_INFINITY } = value.ref;
  return expires >= (expiry?.checkpoint ?? Number.POSITIVE_INFINITY);
}
