import type { DriverCopy } from '../driver/driver-copies.ts';
import { observeAbort } from '../transaction/abort-transaction.ts';
import { observeCommit } from '../transaction/commit-transaction.ts';
import { observeEnd } from './end-session.ts';
import { observeStart } from '../transaction/start-transaction.ts';
import { observeHelper } from '../transaction/with-transaction.ts';

/** The public methods of `ClientSession`: what a session and its transaction go through. */
export function observeClientSession(copy: DriverCopy): void {
  observeStart(copy);
  observeCommit(copy);
  observeAbort(copy);
  observeEnd(copy);
  observeHelper(copy);
}
