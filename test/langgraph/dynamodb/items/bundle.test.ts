import * as fc from '../../../support/properties.ts';
import { expect, test } from 'vitest';
import { codes } from '../../../../src/errors/codes.ts';
import { BundleReader } from '../../../../src/langgraph/dynamodb/items/bundle.ts';
import {
  packCheckpoint,
  unpackCheckpoint,
} from '../../../../src/langgraph/dynamodb/items/checkpoint-bundle.ts';
import { packWrites, unpackWrites } from '../../../../src/langgraph/dynamodb/items/writes-bundle.ts';

const bytes = fc.uint8Array({ maxLength: 50 }).map(array => Buffer.from(array));
const ref = fc.record({ id: fc.string(), digest: fc.string(), parts: fc.nat() });
const stored = fc.oneof(fc.record({ type: fc.string(), bytes }), fc.record({ type: fc.string(), ref }));
const channel = fc.record({
  name: fc.string(),
  version: fc.option(fc.oneof(fc.nat(), fc.string()), { nil: undefined }),
  value: stored,
});
const checkpoint = fc.record({ rest: stored, metadata: stored, channels: fc.array(channel) });

test('a checkpoint comes back as it was packed', () => {
  fc.assert(
    fc.property(checkpoint, value => {
      expect(unpackCheckpoint(new BundleReader(packCheckpoint(value)))).toEqual(value);
    }),
  );
});

test('writes come back as they were packed', () => {
  const write = fc.record({ index: fc.integer(), channel: fc.string(), value: stored });
  fc.assert(
    fc.property(fc.record({ path: fc.string(), writes: fc.array(write) }), value => {
      expect(unpackWrites(new BundleReader(packWrites(value)))).toEqual(value);
    }),
  );
});

test('one that is cut off anywhere is unreadable', () => {
  const value = { type: 'json', bytes: Buffer.from('some bytes') };
  const packed = packCheckpoint({
    rest: value,
    metadata: value,
    channels: [{ name: 'a', version: 1, value }],
  });
  for (let length = 0; length < packed.length; length += 1) {
    const read = (): unknown => unpackCheckpoint(new BundleReader(packed.subarray(0, length)));
    expect(read).toThrow(expect.objectContaining({ code: codes.checkpointUnreadable }));
  }
});

test('one of a later version is unreadable, and says so', () => {
  const index = Buffer.from(JSON.stringify({ version: 2 }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(index.length);
  expect(() => new BundleReader(Buffer.concat([length, index]))).toThrow('update session-guard');
});
