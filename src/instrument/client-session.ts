import type { DriverCopy } from './driver-copies.ts';
import { observeAbort } from './abort-transaction.ts';
import { observeCommit } from './commit-transaction.ts';
import { observeEnd } from './end-session.ts';
import { observeStart } from './start-transaction.ts';
import { observeHelper } from './with-transaction.ts';

/** The public methods of `ClientSession`: what a session and its transaction go through. */
export function observeClientSession(copy: DriverCopy): void {
  observeStart(copy);
  observeCommit(copy);
  observeAbort(copy);
  observeEnd(copy);
  observeHelper(copy);
}
