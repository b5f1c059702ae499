import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { BundleReader } from '../../../../src/langgraph/dynamodb/items/bundle.ts';
import {
  packCheckpoint,
  unpackCheckpoint,
} from '../../../../src/langgraph/dynamodb/items/checkpoint-bundle.ts';
import type { Stored } from '../../../../src/langgraph/dynamodb/items/stored.ts';
import { packWrites, unpackWrites } from '../../../../src/langgraph/dynamodb/items/writes-bundle.ts';
import { itemsOf } from './items.ts';
import type { Checkpoints } from './table.ts';

/** What was stored for a function before functions were left out: JSON without a character. */
const ofFunction: Stored = { type: 'json', bytes: new Uint8Array() };

/** Stores each value of a channel, in the checkpoints and writes of a partition, as it was stored for a function. */
export async function makeUnreadable(at: Checkpoints, partition: string, channel: string): Promise<number> {
  let count = 0;
  for (const item of await itemsOf(at, partition)) {
    const bytes = item['b']?.B;
    if (bytes === undefined) continue;
    const changed = repacked(new BundleReader(bytes), item['sk']?.S?.endsWith('~') === true, channel);
    if (changed === undefined) continue;
    count += 1;
    await at.client.send(new PutItemCommand({ TableName: at.table, Item: { ...item, b: { B: changed } } }));
  }
  return count;
}

function repacked(reader: BundleReader, isCheckpoint: boolean, channel: string): Uint8Array | undefined {
  if (!isCheckpoint) {
    const { path, writes } = unpackWrites(reader);
    const at = writes.findIndex(write => write.channel === channel);
    const found = writes[at];
    return found && packWrites({ path, writes: writes.with(at, { ...found, value: ofFunction }) });
  }
  const stored = unpackCheckpoint(reader);
  const at = stored.channels.findIndex(({ name }) => name === channel);
  const found = stored.channels[at];
  const { channels } = stored;
  return found && packCheckpoint({ ...stored, channels: channels.with(at, { ...found, value: ofFunction }) });
}
