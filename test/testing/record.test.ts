import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectionManager, type Finding } from '../../src/index.ts';
import { readTrace, recordTrace, replayTrace } from '../../src/testing/index.ts';
import { StreamTarget } from '../../src/testing/trace/stream-target.ts';
import { replicaSetUri } from '../setup/servers.ts';

let folder: string;
let mongo: ConnectionManager;
const findings: Finding[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-guard-record-'));
  mongo = new ConnectionManager(replicaSetUri(), {
    onFinding: finding => findings.push(finding),
    console: false,
  });
  await mongo.db('record_test').collection('orders').insertOne({ secret: 'hidden' });
});

afterAll(async () => {
  await mongo.close();
  await rm(folder, { recursive: true });
});

/** Uses a session after its end, and swallows what comes of it. */
async function misuse(): Promise<void> {
  const orders = mongo.db('record_test').collection('orders');
  const session = mongo.startSession();
  await orders.findOne({ secret: 'hidden' }, { session });
  await session.endSession();
  await orders.insertOne({ secret: 'hidden' }, { session }).catch(() => undefined);
}

test('What happens on a real server is recorded in a file, and gives the same findings again.', async () => {
  const path = join(folder, 'trace.ndjson');
  const stop = recordTrace(path);
  findings.length = 0;
  await misuse();
  await stop();
  const trace = await readFile(path, 'utf8');
  expect(findings).toHaveLength(1);
  // A trace has no time of day.
  expect(replayTrace(trace)).toEqual(findings.map(finding => ({ ...finding, at: 0 })));
  expect(findings[0]).toMatchObject({ rule: 'use-after-end', place: { file: import.meta.filename } });
  expect(trace).not.toContain('hidden');
});

test('After the stop nothing more is written, and a second stop changes nothing.', async () => {
  const path = join(folder, 'stopped.ndjson');
  const stop = recordTrace(path);
  await misuse();
  await stop();
  const before = await readFile(path, 'utf8');
  await misuse();
  await stop();
  expect(await readFile(path, 'utf8')).toBe(before);
  expect([...readTrace(before)].length).toBeGreaterThan(4);
});

test('A file that exists is replaced.', async () => {
  const path = join(folder, 'twice.ndjson');
  const first = recordTrace(path);
  await misuse();
  await first();
  await recordTrace(path)();
  expect(await readFile(path, 'utf8')).toBe('');
});

test('A stream is written to and left open.', async () => {
  const stream = new PassThrough();
  const written = text(stream);
  const stop = recordTrace(stream);
  await misuse();
  await stop();
  expect(stream.writableEnded).toBe(false);
  stream.end();
  expect(replayTrace(await written).map(({ rule }) => rule)).toEqual(['use-after-end']);
});

test('A file that cannot be opened is refused at once.', () => {
  expect(() => recordTrace(join(folder, 'no', 'such', 'folder'))).toThrow('ENOENT');
});

test('A target that is neither a path nor a stream is refused.', () => {
  expect(() => recordTrace({} as never)).toThrow('recordTrace takes a path or a writable stream.');
});

test('A stream that fails ends the recording, not the program, and the stop is rejected with its error.', async () => {
  const full = new Error('no space left');
  let writes = 0;
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      writes += 1;
      done(full);
    },
  });
  const stop = recordTrace(stream);
  await misuse();
  await expect(stop()).rejects.toBe(full);
  expect(writes).toBe(1);
});

test('A slow stream gets as many lines as it can take; a line counts the lines that are left out, and memory does not grow.', async () => {
  const slow = new PassThrough({ highWaterMark: 1 });
  const target = new StreamTarget(slow, 100);
  const lines = Array.from({ length: 10 }, (_, index) => `{"line":${index},"of":"ten"}`);
  for (const line of lines) target.append(line);
  expect(slow.writableLength + slow.readableLength).toBeLessThanOrEqual(120);
  slow.read();
  target.append('{"line":"last"}');
  slow.end();
  const all = (await text(slow)).trimEnd().split('\n');
  expect(all.at(-1)).toBe('{"line":"last"}');
  const lost = JSON.parse(all.at(-2) ?? '');
  expect(lost).toMatchObject({ v: 2, type: 'trace.lost' });
  expect(lost.lines).toBeGreaterThan(0);
});
