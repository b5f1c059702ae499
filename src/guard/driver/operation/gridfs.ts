import { outsideTxn } from '../../runtime/request/scope.ts';
import type { TransactionScope } from '../../scope/async-scope.ts';
import { currentTransaction } from '../../scope/lookup.ts';
import { newOperation } from '../../events/operation.ts';
import type { SessionGuardError } from '../../../errors/errors.ts';
import type { Site } from '../../events/events.ts';
import { placeWithin } from '../../attribution/owner.ts';
import type { DriverFiles } from '../copies/driver-copies.ts';
import type { DriverClient } from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import { liveBehind } from '../session/attach.ts';
import type { StackStart } from '../../stack/stack.ts';

type AnyFunction = (...args: unknown[]) => unknown;

/** The bucket has two private collections; only the bucket calls their methods. */
interface Bucket {
  readonly s?: {
    readonly db?: { readonly client?: DriverClient };
    readonly _filesCollection?: { readonly namespace?: string };
    readonly _chunksCollection?: object;
  };
}

type BucketMethod = (this: Bucket, ...args: unknown[]) => unknown;
const streams = [
  'openUploadStream',
  'openUploadStreamWithId',
  'openDownloadStream',
  'openDownloadStreamByName',
];
const promises = ['delete', 'rename', 'drop'];

/**
 * GridFS accepts no session: in a transaction, all its commands run outside of the transaction. This is published once, at the
 * user's call. The commands are kept outside, because half of a file inside and half outside would be worse than none. Only
 * `find` is not patched: its cursor is like any other, and accepts a session.
 */
export function patchGridFS({ GridFSBucket }: DriverFiles): void {
  if (GridFSBucket === undefined) return;
  const { prototype } = GridFSBucket;
  for (const name of streams) observe(prototype, name, throwIt);
  for (const name of promises) observe(prototype, name, refusal => Promise.reject(refusal));
}

function throwIt(refusal: SessionGuardError): never {
  throw refusal;
}

function observe(prototype: object, name: string, refuse: (refusal: SessionGuardError) => unknown): void {
  replaceMethod<BucketMethod>(prototype, name, original => {
    return function bucketMethod(...args) {
      keepApart(this);
      const refusal = refusalOf(this, name, bucketMethod);
      return refusal === undefined ? original.apply(this, args) : refuse(refusal);
    };
  });
}

function refusalOf(bucket: Bucket, command: string, below: StackStart): SessionGuardError | undefined {
  const client = bucket.s?.db?.client;
  const scope = client && currentTransaction(client);
  const site = scope && placeWithin(scope.attempt, below);
  return site && publishEscape(scope, bucket, command, site);
}

function publishEscape(
  { attempt }: TransactionScope,
  bucket: Bucket,
  command: string,
  site: Site,
): SessionGuardError | undefined {
  const live = liveBehind(attempt.session);
  const { guard, record } = live;
  const { _filesCollection: files } = bucket.s ?? {};
  const operation = newOperation({
    command,
    kind: command.startsWith('openDownload') ? 'read' : 'write',
    namespace: files?.namespace?.replace(/\.files$/, ''),
    site,
    inTransaction: false,
  });
  return guard.publishAndAsk(
    { type: 'operation.escaped', session: record.id, operation, sessionless: true },
    record,
  );
}

const kept = new WeakSet<Bucket>();

/**
 * Its streams send commands, and call the user's listeners, in the async context in which they are written to or read from. So
 * each single command is put outside of the transaction, and not the methods of the streams.
 */
function keepApart(bucket: Bucket): void {
  const { db, _filesCollection: files, _chunksCollection: chunks } = bucket.s ?? {};
  const client = db?.client;
  if (client === undefined || kept.has(bucket)) return;
  kept.add(bucket);
  for (const name of ['findOne', 'insertOne', 'deleteOne', 'updateOne']) sendOutside(client, files, name);
  for (const name of ['insertOne', 'deleteMany']) sendOutside(client, chunks, name);
  override(chunks, 'find', find => {
    return (...args) => {
      const cursor = find(...args);
      sendOutside(client, cursor, 'next');
      return cursor;
    };
  });
}

function sendOutside(client: DriverClient, target: unknown, name: string): void {
  override(target, name, method => {
    return (...args) => {
      if (currentTransaction(client) === undefined) return method(...args);
      return outsideTxn(() => method(...args));
    };
  });
}

/** Patches this one object, which belongs to the bucket. */
function override(target: unknown, name: string, make: (method: AnyFunction) => AnyFunction): void {
  if (typeof target !== 'object' || target === null) return;
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== 'function') return;
  const value = make((...args) => Reflect.apply(method, target, args));
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}
