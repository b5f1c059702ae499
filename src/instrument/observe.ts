import { noticeReducedCoverage } from '../guard/reduced-coverage.ts';
import { observeBulkWrites } from './operation/bulk.ts';
import { observeClientSession } from './session/client-session.ts';
import { copyIn, copyOf, type DriverCopy, type DriverFiles } from './driver/driver-copies.ts';
import type { DriverClient, DriverModules } from './driver/driver-types.ts';
import { observedExecuteOperation } from './operation/execute-operation.ts';
import { observeGridFS } from './operation/gridfs.ts';
import { observeMongoClient } from './client/mongo-client.ts';
import { observeRewind, observeStreams } from './operation/streams.ts';

const observed = Symbol.for('session-guard.observed');

/** Makes the copy of the driver that this client comes from observed; once for each copy, whoever comes first. */
export function observeDriverOf(client: DriverClient): void {
  if (!(observed in client)) observeCopy(copyOf(client));
}

/**
 * Makes the copy observed whose compiled files lie in a folder (with a trailing slash), before a client of it exists.
 * @param load the `require` of the program that loads the copy
 */
export function observeDriverIn(folder: string, load: DriverModules): void {
  const copy = copyIn(folder, load);
  // An app that knows nothing of the guard must not fail for it: a client of this copy will say so.
  if (copy !== undefined) observeCopy(copy);
}

function observeCopy(copy: DriverCopy): void {
  if (Object.hasOwn(copy.MongoClient.prototype, observed)) return;
  Object.defineProperty(copy.MongoClient.prototype, observed, { value: true });
  if (copy.files === undefined) reducedCoverage();
  else observeFiles(copy, copy.files);
  observeMongoClient(copy);
  observeClientSession(copy);
}

function observeFiles(copy: DriverCopy, files: DriverFiles): void {
  files.operations.executeOperation = observedExecuteOperation(copy, files);
  observeBulkWrites(copy, files);
  observeStreams(files);
  observeRewind(files);
  observeGridFS(files);
}

function reducedCoverage(): void {
  noticeReducedCoverage(
    'session-guard cannot reach the files of this MongoDB driver (is it bundled?). Reduced coverage: sessions and ' +
      'transactions are observed, single operations are not: no drain, no use-after-end. Keep mongodb external to the bundle.',
  );
}
