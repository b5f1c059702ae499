import { warningCodes } from '../errors/codes.ts';
import { notice } from '../guard/notices.ts';
import { observeBulkWrites } from './bulk.ts';
import { observeClientSession } from './client-session.ts';
import { copyOf, type DriverCopy, type DriverFiles } from './driver-copies.ts';
import type { DriverClient } from './driver-types.ts';
import { observedExecuteOperation } from './execute-operation.ts';
import { observeMongoClient } from './mongo-client.ts';
import { observeStreams } from './streams.ts';

const observed = Symbol.for('session-guard.observed');

/** Makes the copy of the driver that this client comes from observed; once for each copy, whoever comes first. */
export function observeDriverOf(client: DriverClient): void {
  if (observed in client) return;
  const copy = copyOf(client);
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
}

/** Said once: only a part can be seen. */
function reducedCoverage(): void {
  notice(
    warningCodes.reducedCoverage,
    'session-guard cannot reach the files of this MongoDB driver (is it bundled?). Sessions and transactions are ' +
      'observed, single operations are not: no drain, no use-after-end. Keep mongodb external to the bundle.',
  );
}
