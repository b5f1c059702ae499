import type { StoredChannel } from '../items/checkpoint-bundle.ts';
import type { Expiry } from '../items/expiry.ts';
import { isInline, type Stored } from '../items/stored.ts';
import { tellLeftOut } from '../values/left-out.ts';
import type { Channels } from './carried.ts';
import type { Put } from './put.ts';

/** What the new checkpoint comes from. */
export interface Before {
  /** undefined: its parent is gone. */
  readonly carried: Channels | undefined;
  readonly expiry: Expiry | undefined;
}

/** Gives undefined for what JSON leaves out. */
type Dump = (value: unknown, where: string) => Promise<Stored | undefined>;

/**
 * The channels that have changed, and those that the parent carries at the same version. All of them if the parent is gone: the
 * run has read it when it was there, and nothing of it may be lost.
 */
export async function storeChannels(put: Put, before: Before, dump: Dump): Promise<readonly StoredChannel[]> {
  const channels = Object.entries(put.checkpoint.channel_values ?? {});
  const stored = await Promise.all(
    channels.map(([name, value]) => storeOne(put, before, dump, { name, value })),
  );
  return stored.filter(channel => channel !== undefined);
}

/** A fork is a copy: what it holds need not be its parent's. */
export function isNew({ newVersions, metadata }: Put, channel: string): boolean {
  return metadata.source === 'fork' || Object.hasOwn(newVersions, channel);
}

/** @returns undefined if it is not to be stored */
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
  tellLeftOut(name, value);
  return undefined;
}

/** Whether it is a blob that will be there as long as the new checkpoint. */
function livesAsLong(value: Stored, expiry: Expiry | undefined): boolean {
  if (isInline(value)) return false;
  const { expires = Number.POSITIVE_INFINITY } = value.ref;
  return expires >= (expiry?.checkpoint ?? Number.POSITIVE_INFINITY);
}
