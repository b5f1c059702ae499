import { observeBulkWrites } from './bulk.ts';
import { observeClientSession } from './client-session.ts';
import { copyOf, type DriverCopy, reducedCoverage } from './driver-copies.ts';
import type { DriverClient } from './driver-types.ts';
import { observedExecuteOperation } from './execute-operation.ts';
import { observeMongoClient } from './mongo-client.ts';
import { observeStreams } from './streams.ts';

const observed = Symbol.for('session-guard.observed');

/** Makes the copy of the driver that this client comes from observed; once for each copy, whoever comes first. */
export function observeDriverOf(client: DriverClient): void {
  const copy = copyOf(client);
  if (copy === undefined) reducedCoverage();
  else observeCopy(copy);
}

function observeCopy(copy: DriverCopy): void {
  if (Object.hasOwn(copy.operations, observed)) return;
  Object.defineProperty(copy.operations, observed, { value: true });
  copy.operations.executeOperation = observedExecuteOperation(copy);
  observeMongoClient(copy);
  observeClientSession(copy);
  observeBulkWrites(copy);
  observeStreams(copy);
}
