import { safely } from '../../platform/failures.ts';
import { whenDemandedFor } from '../runtime/process/on-demand.ts';
import { noticeReducedCoverage } from '../runtime/process/shared-state.ts';
import { patchBulkWrites } from './operation/bulk.ts';
import { copyIn, copyOf, type DriverCopy, type DriverFiles } from './copies/driver-copies.ts';
import type { DriverClient, DriverModules } from './copies/driver-types.ts';
import { patchedExecuteOperation } from './operation/execute-operation.ts';
import { patchGridFS } from './operation/gridfs.ts';
import { patchMongoClient } from './client/mongo-client.ts';
import { patchAttempts } from './operation/more-attempts.ts';
import { patchNetworkErrors } from './operation/network-labels.ts';
import { patchRewind, patchStreams } from './cursor/streams.ts';
import { patchAbortTransaction } from './transaction/abort-transaction.ts';
import { patchCommitTransaction } from './transaction/commit-transaction.ts';
import { patchEndSession } from './session/end-session.ts';
import { patchStartTransaction } from './transaction/start-transaction.ts';
import { patchWithTransaction } from './transaction/with-transaction.ts';

/** The public methods of `ClientSession` that change the state of a session or of its transaction. */
export function patchClientSession(copy: DriverCopy): void {
  patchStartTransaction(copy);
  patchCommitTransaction(copy);
  patchAbortTransaction(copy);
  patchEndSession(copy);
  patchWithTransaction(copy);
}

const observed = Symbol.for('session-guard.observed');

/** Patches the copy of the driver that has made this client; once for each copy. */
export function patchDriverOf(client: DriverClient): void {
  if (!(observed in client)) patchCopy(copyOf(client));
}

/**
 * Patches the copy whose compiled files are in a folder (with a trailing slash), before it has made a client.
 * @param load the `require` of the program that loads the copy
 */
export function patchDriverIn(folder: string, load: DriverModules): void {
  const copy = copyIn(folder, load);
  // An application must not fail because of the guard: the first client of this copy causes a warning.
  if (copy === undefined) return;
  copies.set(copy.MongoClient, copy);
  whenDemandedFor(copy.MongoClient, patchCopyOf);
}

/** As long as the program has its `MongoClient`. */
const copies = new WeakMap<object, DriverCopy>();

function patchCopyOf(MongoClient: object): void {
  const copy = copies.get(MongoClient);
  if (copy !== undefined) safely(() => patchCopy(copy));
}

function patchCopy(copy: DriverCopy): void {
  if (Object.hasOwn(copy.MongoClient.prototype, observed)) return;
  Object.defineProperty(copy.MongoClient.prototype, observed, { value: true });
  if (copy.files === undefined) reducedCoverage();
  else patchFiles(copy, copy.files);
  patchMongoClient(copy);
  patchClientSession(copy);
}

function patchFiles(copy: DriverCopy, files: DriverFiles): void {
  files.operations.executeOperation = patchedExecuteOperation(copy, files);
  patchBulkWrites(copy, files);
  patchStreams(files);
  patchRewind(files);
  patchGridFS(files);
  patchNetworkErrors(files);
  patchAttempts(files);
}

function reducedCoverage(): void {
  noticeReducedCoverage(
    'session-guard cannot reach the files of this MongoDB driver (is it bundled?). Reduced coverage: sessions and ' +
      'transactions are observed, single operations are not: no drain, no use-after-end, no operationTimeoutMS. Keep mongodb external to the bundle.',
  );
}
